const USER = /^[A-Za-z0-9._@+|-]{1,256}$/;

/** Those that the platform itself goes by. */
const RESERVED: readonly string[] = ['system', 'anonymous', 'unknown', 'health'];

/** Who asks where nobody says so: the one person whose machine this is. */
export const LOCAL_USER = 'local';

export const USER_ID_EXPECTED = 'expected 1 to 256 letters, digits or . _ @ + | -';

export const isUserId = (value: unknown): value is string => typeof value === 'string' && USER.test(value);

/** Tells whether somebody may go by a name: it is one, and none of the platform's own. */
export const isPersonsId = (value: unknown): value is string => isUserId(value) && !RESERVED.includes(value);

export const PERSONS_ID_EXPECTED = `${USER_ID_EXPECTED}, and none of ${RESERVED.join(', ')}`;
