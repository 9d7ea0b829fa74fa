import { EnvironmentError } from '#libs/operations';

/** How long what is kept where. Milliseconds. */
export interface RetentionSettings {
  /** How long after its end a run stays in the log; undefined: for ever. */
  readonly archiveAfterMs: number | undefined;
  /** How long after its end an idempotency key, a firing or a parent still leads to a run, instead of starting another. */
  readonly keepIdsMs: number;
  /** How long after its end a run stays in the archive; undefined: for ever. */
  readonly deleteAfterMs: number | undefined;
  /** Whether the records of a run are deleted with it. */
  readonly deleteRecords: boolean;
  /** How often to look for runs to be archived. */
  readonly everyMs: number;
  /** What the log may weigh, in bytes, where its account says nothing of a limit. */
  readonly logLimitBytes: number | undefined;
}

const DAY_MS = 86_400_000;

/** A run that ended just now is looked at, answered to and restarted: it does not leave the log before that. */
export const LEAST_ARCHIVE_AFTER_MS = 3_600_000;

export const RETENTION: RetentionSettings = {
  archiveAfterMs: 30 * DAY_MS,
  keepIdsMs: 90 * DAY_MS,
  deleteAfterMs: undefined,
  deleteRecords: false,
  everyMs: 60_000,
  logLimitBytes: undefined,
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `AUDIT_ARCHIVE_AFTER_DAYS` (30; `never`), `AUDIT_KEEP_IDS_DAYS` (90), `AUDIT_DELETE_AFTER_DAYS` (`never`),
 * `AUDIT_DELETE_RECORDS` (`false`), `AUDIT_SWEEP_SECONDS` (60) and `LOG_LIMIT_BYTES`. Days may be fractions, but a run
 * stays in the log for an hour. Throws EnvironmentError that names each bad value.
 */
export function readRetention(env: Environment = process.env): RetentionSettings {
  const problems: string[] = [];
  const days = (name: string, otherwise: number | undefined, never: boolean): number | undefined => {
    const said = env[name];
    if (said === undefined || said === '') return otherwise;
    if (never && said === 'never') return undefined;
    if (/^\d{1,5}(\.\d{1,4})?$/.test(said) && Number(said) > 0) return Number(said) * DAY_MS;
    problems.push(`${name} is ${JSON.stringify(said)}; expected days above 0${never ? ', or never' : ''}`);
    return otherwise;
  };
  const archiveAfterMs = days('AUDIT_ARCHIVE_AFTER_DAYS', RETENTION.archiveAfterMs, true);
  const keepIdsMs = days('AUDIT_KEEP_IDS_DAYS', RETENTION.keepIdsMs, false) ?? RETENTION.keepIdsMs;
  const deleteAfterMs = days('AUDIT_DELETE_AFTER_DAYS', undefined, true);
  if (archiveAfterMs !== undefined && archiveAfterMs < LEAST_ARCHIVE_AFTER_MS)
    problems.push(
      'AUDIT_ARCHIVE_AFTER_DAYS is less than an hour (0.042); a run stays in the log for so long',
    );
  if (deleteAfterMs !== undefined && archiveAfterMs !== undefined && deleteAfterMs <= archiveAfterMs)
    problems.push(
      'AUDIT_DELETE_AFTER_DAYS is not above AUDIT_ARCHIVE_AFTER_DAYS; a run is archived before it is deleted',
    );
  const deleteRecords = env['AUDIT_DELETE_RECORDS'] ?? 'false';
  if (deleteRecords !== 'true' && deleteRecords !== 'false')
    problems.push(`AUDIT_DELETE_RECORDS is ${JSON.stringify(deleteRecords)}; expected true or false`);
  const seconds = env['AUDIT_SWEEP_SECONDS'] ?? '60';
  if (!/^[1-9]\d{0,4}$/.test(seconds))
    problems.push(`AUDIT_SWEEP_SECONDS is ${JSON.stringify(seconds)}; expected seconds from 1 to 99999`);
  const limit = env['LOG_LIMIT_BYTES'];
  if (limit !== undefined && !/^[1-9]\d{0,15}$/.test(limit))
    problems.push(`LOG_LIMIT_BYTES is ${JSON.stringify(limit)}; expected bytes above 0`);
  if (problems.length > 0) throw new EnvironmentError(problems);
  return {
    archiveAfterMs,
    keepIdsMs,
    deleteAfterMs,
    deleteRecords: deleteRecords === 'true',
    everyMs: Number(seconds) * 1_000,
    logLimitBytes: limit === undefined ? undefined : Number(limit),
  };
}
