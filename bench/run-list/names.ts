type Names = readonly [string, ...string[]];

const numbered = (what: string, count: number): Names => [
  `${what}-1`,
  ...Array.from({ length: count - 1 }, (_, nth) => `${what}-${nth + 2}`),
];

/** Whose machine it is stands first and does most. */
export const USERS: Names = ['local', ...numbered('user', 30)];
export const FLOWS = numbered('flow', 12);
export const OPERATIONS: Names = [
  ...(['fetch_page', 'read_page', 'score_item', 'write_text', 'send_message'] as const),
  ...numbered('operation', 25),
];
export const TAGS = numbered('tag', 40);
export const DEPLOYMENTS = numbered('deployment', 60);
export const SERVICES = numbered('service', 6);
