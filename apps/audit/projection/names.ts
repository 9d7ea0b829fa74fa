/** Names of the durables, and of the positions that are stored for them. */
export const PROJECTION = { RUN: 'audit_runs', CALLS: 'audit_calls', LIVE: 'audit_live' } as const;
