import { beforeEach, describe, expect, it } from '@jest/globals';
import { memoryBuckets, type KeyValues } from '#libs/key-values';
import { KEY_RECORDS, KEYS_BUCKET, type KeyRecord } from './key-record.js';
import { KeyRecords } from './key-records.js';

const RECORD: KeyRecord = {
  ...{ id: 'k1', name: 'laptop', userId: 'kim', role: 'member', permissions: null, hash: '00' },
  ...{ previous: null, createdAt: '2026-11-21T12:00:00Z', createdBy: null, rotatedAt: null },
  ...{ expiresAt: null, revokedAt: null },
};
const REVOKED = { ...RECORD, revokedAt: '2026-11-22T12:00:00Z' };

let values: KeyValues;
let records: KeyRecords;

beforeEach(async () => {
  values = memoryBuckets().open(KEYS_BUCKET);
  await values.put([KEY_RECORDS, 'k1'], RECORD);
  records = await KeyRecords.open(values);
});

describe('the records of keys', () => {
  it('are those of the bucket, and follow it', async () => {
    expect(records.list()).toEqual([RECORD]);
    await values.put([KEY_RECORDS, 'k1'], REVOKED);
    expect(records.find('k1')).toEqual(REVOKED);
    expect(records.find('k2')).toBeUndefined();
  });

  it('never go back to what the watch tells late', async () => {
    const revision = await values.put([KEY_RECORDS, 'k1'], REVOKED);
    records.take(RECORD, revision - 1);
    expect(records.find('k1')).toEqual(REVOKED);
  });

  it('tell who listens of each change, until they leave', async () => {
    const heard: (string | null)[] = [];
    const leave = records.onChange('k1', ({ revokedAt }) => heard.push(revokedAt));
    await values.put([KEY_RECORDS, 'k2'], { ...RECORD, id: 'k2' });
    await values.put([KEY_RECORDS, 'k1'], REVOKED);
    leave();
    await values.put([KEY_RECORDS, 'k1'], RECORD);
    expect(heard).toEqual([REVOKED.revokedAt]);
  });

  it('stay as they are once they are closed', async () => {
    records.close();
    await values.put([KEY_RECORDS, 'k1'], REVOKED);
    expect(records.find('k1')).toEqual(RECORD);
  });
});
