import { covers } from '#libs/operations';

/** What lets somebody manage the keys of others. */
export const KEYS_OF_ALL = 'keys:admin';

/** What lets somebody act for another user. */
export const ACT_FOR_OTHERS = 'users:impersonate';

/** Lists what is asked for beyond what is granted: nobody can hand on what they do not have. */
export const beyond = (
  granted: readonly string[] | undefined,
  asked: readonly string[],
): readonly string[] => (granted ? asked.filter((grant) => !covers(granted, grant)) : []);
