import { describe, expect, it } from '@jest/globals';
import { readRetention, RETENTION } from './retention-settings.js';

const DAY_MS = 86_400_000;

describe('the settings of retention', () => {
  it('have values where nothing is said', () => {
    expect(readRetention({})).toEqual(RETENTION);
    expect(readRetention({ AUDIT_ARCHIVE_AFTER_DAYS: '' })).toEqual(RETENTION);
  });

  it('are days, or never', () => {
    expect(
      readRetention({
        AUDIT_ARCHIVE_AFTER_DAYS: '0.5',
        AUDIT_KEEP_IDS_DAYS: '7',
        AUDIT_DELETE_AFTER_DAYS: '365',
        AUDIT_DELETE_RECORDS: 'true',
        AUDIT_SWEEP_SECONDS: '5',
        LOG_LIMIT_BYTES: '1000000',
      }),
    ).toEqual({
      archiveAfterMs: DAY_MS / 2,
      keepIdsMs: 7 * DAY_MS,
      deleteAfterMs: 365 * DAY_MS,
      deleteRecords: true,
      everyMs: 5_000,
      logLimitBytes: 1_000_000,
    });
    expect(readRetention({ AUDIT_ARCHIVE_AFTER_DAYS: 'never' }).archiveAfterMs).toBeUndefined();
  });

  it.each([
    [{ AUDIT_ARCHIVE_AFTER_DAYS: '-1' }, /AUDIT_ARCHIVE_AFTER_DAYS is "-1"; expected days above 0, or never/],
    [{ AUDIT_ARCHIVE_AFTER_DAYS: '0.01' }, /less than an hour/],
    [{ AUDIT_KEEP_IDS_DAYS: 'never' }, /AUDIT_KEEP_IDS_DAYS is "never"; expected days above 0$/],
    [{ AUDIT_DELETE_AFTER_DAYS: '30' }, /AUDIT_DELETE_AFTER_DAYS is not above AUDIT_ARCHIVE_AFTER_DAYS/],
    [{ AUDIT_DELETE_RECORDS: 'yes' }, /AUDIT_DELETE_RECORDS is "yes"; expected true or false/],
    [{ AUDIT_SWEEP_SECONDS: '0' }, /AUDIT_SWEEP_SECONDS is "0"; expected seconds/],
    [{ LOG_LIMIT_BYTES: '1 GB' }, /LOG_LIMIT_BYTES is "1 GB"; expected bytes/],
  ])('are refused by name: %j', (env, why) => {
    expect(() => readRetention(env)).toThrow(
      expect.objectContaining({ problems: [expect.stringMatching(why)] }),
    );
  });
});
