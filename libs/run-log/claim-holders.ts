/**
 * The holder of claims that the orchestrator takes where nobody has begun an attempt in time: it must not begin any
 * more. Stored in the log, so never renamed.
 */
export const ORCHESTRATOR_HOLDER = 'orchestrator';
