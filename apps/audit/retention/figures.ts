import { counter, gauge } from '#libs/telemetry';

export const logBytes = gauge('log.storage', {
  unit: 'By',
  description: 'What the broker keeps on disk for the account',
});
export const logLimit = gauge('log.storage.limit', {
  unit: 'By',
  description: 'What the broker may keep on disk, as far as anybody has said',
});
export const archivedRuns = counter('log.runs.archived', {
  unit: '{run}',
  description: 'Finished runs moved from the log into the archive',
});
export const deletedRuns = counter('log.runs.deleted', {
  unit: '{run}',
  description: 'Runs deleted from the archive for good',
});
