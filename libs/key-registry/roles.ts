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
