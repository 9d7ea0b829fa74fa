import 'reflect-metadata';

export type { AuditConfig } from './audit.config.js';
export type { Clock } from './projection/clock.js';
export { collectionsOf } from './projection/collections.js';
export { foldRuns } from './projection/fold-runs.js';
export { Projections, PROJECTION } from './projection/projections.js';
export { syntheticRuns } from './projection/synthetic-runs.js';
export type { SyntheticRuns } from './projection/synthetic-runs.js';
export { Tally } from './projection/tally.js';
export type { Tallies } from './projection/tally.js';
export { MODELS } from './records/models.js';
export { rebuild } from './rebuild/rebuild.js';
export type { Rebuilt } from './rebuild/rebuild.js';
export { startAudit } from './start-audit.js';
export type { RunningAudit } from './start-audit.js';
