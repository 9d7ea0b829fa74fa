import { beforeEach, describe, expect, it } from '@jest/globals';
import { grantsOf, statusOf } from '#libs/key-registry';
import { memoryBuckets } from '#libs/key-values';
import { byKey } from '../identity/key-holder.js';
import { firstKey, machineKey } from './first-key.js';
import { KeyRing, type NewKey } from './key-ring.js';

const DAY_MS = 86_400_000;
const KIM: NewKey = {
  ...{ name: 'laptop', userId: 'kim', role: 'member', permissions: null },
  ...{ expiresAt: null, createdBy: 'ann' },
};

let now: number;
let buckets: ReturnType<typeof memoryBuckets>;
let ring: KeyRing;
/** That of another gateway. */
let other: KeyRing;

beforeEach(async () => {
  now = Date.parse('2026-11-21T12:00:00Z');
  buckets = memoryBuckets({ now: () => now });
  const open = () => KeyRing.open(buckets.open('keys'), { now: () => now });
  [ring, other] = [await open(), await open()];
});

const refusal = (at: KeyRing, key: string): string => {
  try {
    byKey(at, key, 'api');
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'taken';
};

describe('a key', () => {
  it('is taken by every gateway from when it is made, for its user and with the grants of its role', async () => {
    const { key, record } = await ring.create(KIM);
    expect(byKey(other, key, 'cli')).toMatchObject({
      actor: { userId: 'kim', channel: 'cli', grants: grantsOf(record), key: record.id },
      ...{ method: 'key', role: 'member', keyId: record.id, countedAs: `key ${record.id}` },
    });
  });

  it('is stored without its secret', async () => {
    const { key, record } = await ring.create(KIM);
    const stored = JSON.stringify(await buckets.open('keys').get(['key', record.id]));
    expect(stored).not.toContain(key.slice(-43));
    expect(stored).toContain(record.hash);
  });

  it('is refused once it is revoked, wherever it was made, and stays so', async () => {
    const { key, record } = await ring.create(KIM);
    expect(refusal(ring, key)).toBe('taken');
    const revoked = await other.revoke(record.id);
    expect([refusal(ring, key), refusal(other, key)]).toEqual(['gateway/revoked-key', 'gateway/revoked-key']);
    now += DAY_MS;
    expect(await ring.revoke(record.id)).toEqual(revoked);
    expect(await ring.rotate(record.id, 0)).toBeUndefined();
    expect(refusal(ring, key)).toBe('gateway/revoked-key');
  });

  it('is not undone by a use that is noted while it is revoked', async () => {
    const { key, record } = await ring.create(KIM);
    byKey(ring, key, 'api');
    await other.revoke(record.id);
    other.use(record.id);
    expect(ring.lastUsedAt(record.id)).toBe(now);
    expect(refusal(ring, key)).toBe('gateway/revoked-key');
  });

  it('is refused from the instant it expires at', async () => {
    const { key } = await ring.create({ ...KIM, expiresAt: new Date(now + 1_000).toISOString() });
    now += 999;
    expect(refusal(ring, key)).toBe('taken');
    now += 1;
    expect(refusal(ring, key)).toBe('gateway/expired-key');
  });

  it('tells whether it was revoked or has expired only to who holds its secret', async () => {
    const { key, record } = await ring.create(KIM);
    await ring.revoke(record.id);
    const guessed = key.slice(0, -1) + (key.endsWith('A') ? 'E' : 'A');
    expect(refusal(ring, guessed)).toBe('gateway/unknown-key');
  });

  it('of another server is not known here', async () => {
    const elsewhere = await KeyRing.open(memoryBuckets().open('keys'));
    const { key } = await elsewhere.create(KIM);
    expect(refusal(ring, key)).toBe('gateway/unknown-key');
  });

  it('gets a new secret, and the old one is taken for a while at most', async () => {
    const { key, record } = await ring.create(KIM);
    const next = await other.rotate(record.id, 60_000);
    expect([refusal(ring, key), refusal(ring, next!.key)]).toEqual(['taken', 'taken']);
    now += 60_000;
    expect([refusal(ring, key), refusal(ring, next!.key)]).toEqual(['gateway/unknown-key', 'taken']);
    const last = await ring.rotate(record.id, 0);
    expect([refusal(other, next!.key), refusal(other, last!.key)]).toEqual(['gateway/unknown-key', 'taken']);
    await ring.revoke(record.id);
    expect(refusal(other, last!.key)).toBe('gateway/revoked-key');
  });

  it('is listed for a month after it was revoked, and is then forgotten', async () => {
    const { record } = await ring.create(KIM);
    await ring.revoke(record.id);
    now += 29 * DAY_MS;
    expect(ring.list().map((each) => statusOf(each, now))).toEqual(['revoked']);
    now += 2 * DAY_MS;
    expect(ring.list()).toEqual([]);
    expect(await buckets.open('keys').get(['key', record.id])).toBeUndefined();
  });

  it('has its uses noted once a minute', async () => {
    const { key, record } = await ring.create(KIM);
    byKey(ring, key, 'api');
    const values = buckets.open('keys');
    const first = await values.get(['used', record.id]);
    now += 59_000;
    byKey(ring, key, 'api');
    expect(await values.get(['used', record.id])).toEqual(first);
    now += 1_000;
    byKey(ring, key, 'api');
    expect((await values.get(['used', record.id]))?.value).toBe(now);
  });
});

describe('who watches a key', () => {
  it('hears once that it is taken no more', async () => {
    const { key, record } = await ring.create(KIM);
    let ends = 0;
    const leave = byKey(ring, key, 'api').onEnd!(() => ends++);
    await other.rotate(record.id, 60_000);
    expect(ends).toBe(0);
    await other.revoke(record.id);
    expect(ends).toBe(1);
    leave();
  });

  it('hears of nothing after leaving', async () => {
    const { key, record } = await ring.create(KIM);
    let ends = 0;
    byKey(ring, key, 'api').onEnd!(() => ends++)();
    await other.revoke(record.id);
    expect(ends).toBe(0);
  });
});

describe('the first start', () => {
  it('makes one administrator’s key, however many gateways start at once', async () => {
    const made = await Promise.all([firstKey(ring), firstKey(other), firstKey(ring), firstKey(other)]);
    const [key, ...more] = made.filter((each) => each !== undefined);
    expect(more).toEqual([]);
    expect(byKey(other, key!.key, 'api').actor).toEqual({
      ...{ userId: 'local', channel: 'api', grants: ['*'], key: 'admin1' },
    });
    expect(await firstKey(ring)).toBeUndefined();
  });

  it('makes another where none is left that may manage keys', async () => {
    const first = await firstKey(ring);
    await ring.create(KIM);
    await ring.revoke(first!.record.id);
    const second = await firstKey(other);
    expect(second?.record.id).toBe('admin2');
    expect(await firstKey(ring)).toBeUndefined();
  });

  it('gives the command line of its machine a key, and a new one where that is lost or taken no more', async () => {
    const made = await machineKey(ring, 'up here', undefined);
    expect(await firstKey(ring)).toBeUndefined();
    expect(await machineKey(ring, 'up here', made!.key)).toBeUndefined();
    expect(await machineKey(ring, 'up here', 'torn')).toBeDefined();
    await ring.revoke(made!.record.id);
    expect((await machineKey(ring, 'up here', made!.key))?.record.name).toBe('up here');
  });
});
