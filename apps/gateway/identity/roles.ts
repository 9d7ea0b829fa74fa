import { covers } from '#libs/operations';

/**
 * What the roles may do, as patterns of permissions: an area and a verb, `*` for any. The verbs: `read`, `write`
 * (one's own), `send` (what leaves the house), `start`, `steer`, `run`, `answer`, `any` (of everybody), `admin`.
 */
export const ROLES = {
  admin: ['*'],
  operator: [
    '*:read',
    '*:write',
    '*:send',
    '*:any',
    'runs:*',
    'operations:*',
    'approvals:*',
    'audit:*',
    'alerts:*',
    'dead-letters:*',
  ],
  member: ['*:read', '*:write', '*:send', 'runs:start', 'runs:steer', 'operations:run', 'approvals:answer'],
  viewer: ['*:read'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Role = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

export const isRole = (name: unknown): name is Role => ROLE_NAMES.some((role) => role === name);

/** What lets somebody manage the keys of others. */
export const KEYS_OF_ALL = 'keys:admin';

/** What lets somebody act for another user. */
export const ACT_FOR_OTHERS = 'users:impersonate';

/** Lists what is asked for beyond what is granted: nobody can hand on what they do not have. */
export const beyond = (
  granted: readonly string[] | undefined,
  asked: readonly string[],
): readonly string[] => (granted ? asked.filter((grant) => !covers(granted, grant)) : []);
