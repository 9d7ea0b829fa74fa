import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KEY_RECORDS, KEYS_BUCKET, type KeyRecord } from '#libs/key-registry';
import { memoryBuckets, type Buckets } from '#libs/key-values';
import { RetryableError } from '#libs/operations';
import type { Actor } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { runIdOfInstant } from '../ids.js';
import { Clock, daily, fire, openOffice, startsOf, type Office } from '../testing.fixtures.js';
import { rightsByKeys, type Rights } from './rights-of.js';

const NINE = '2030-03-01T09:00:00.000Z';
const NEXT_NINE = '2030-03-02T09:00:00.000Z';
const EIGHT = '2030-03-01T08:00:00.000Z';
const KEY: KeyRecord = {
  ...{ id: 'k1', name: 'laptop', userId: 'ann', role: null, permissions: ['jobs:*', 'runs:start'] },
  ...{ hash: '00', previous: null, createdAt: EIGHT, createdBy: null },
  ...{ rotatedAt: null, expiresAt: null, revokedAt: null },
};
const BY_KEY: Actor = { userId: 'ann', channel: 'api', grants: ['jobs:*', 'runs:start'], key: 'k1' };

let url: string;
let clock: Clock;
let buckets: Buckets;
let rights: Rights;
let office: Office;
/** That of another orchestrator. */
let other: Office | undefined;

beforeEach(async () => {
  ({ url } = testNats());
  clock = new Clock(Date.parse(EIGHT));
  buckets = memoryBuckets();
  rights = rightsByKeys(buckets, clock.read);
  office = await openOffice(url, { clock, rightsOf: rights.rightsOf });
});
afterEach(async () => {
  rights.close();
  await other?.close();
  other = undefined;
  await office.close();
});

const keep = (over: Partial<KeyRecord> = {}): Promise<number> =>
  buckets.open(KEYS_BUCKET).put([KEY_RECORDS, over.id ?? KEY.id], { ...KEY, ...over });
const put = async (actor: Actor): Promise<string> =>
  (await office.service.put(daily(), {}, { actor })).deployment.id;
const view = (actor: Actor = BY_KEY) => office.service.get({ flow: 'quick', name: 'daily' }, { actor });
const fireAt = async (id: string, instant: string): Promise<void> => {
  clock.set(instant);
  await office.desk.wake(id, fire(clock));
};
const actorOfRun = async (id: string, instant: string): Promise<Actor | undefined> => {
  const { events } = await office.log.readRun(runIdOfInstant(id, Date.parse(instant)));
  return events.map(({ event }) => event).find((event) => event.type === 'StartRequested')?.actor;
};

describe('a deployment whose owner came by a key', () => {
  it('fires with what the key allows, and names the key', async () => {
    await keep();
    const id = await put(BY_KEY);
    await fireAt(id, NINE);
    expect(await actorOfRun(id, NINE)).toEqual({ ...BY_KEY, channel: 'schedule' });
    expect(await view()).not.toHaveProperty('problem');
  });

  it.each<[string, Partial<KeyRecord> | undefined, string]>([
    ['was revoked', { revokedAt: '2030-03-01T08:30:00.000Z' }, 'was revoked at 2030-03-01T08:30:00.000Z'],
    ['has expired', { expiresAt: NINE }, `has expired at ${NINE}`],
  ])('starts nothing once the key %s, and says why', async (_, over, what) => {
    await keep();
    const id = await put(BY_KEY);
    await keep(over);
    await fireAt(id, NINE);
    const sentence = `its key k1 ${what}; put it again with a valid one`;
    expect(await startsOf(office.log, id)).toEqual([]);
    expect(await view()).toMatchObject({
      problem: { code: 'deployment/key-over', message: sentence },
      lastFiring: { action: 'skipped', instant: NINE, reason: sentence },
      active: [],
    });
  });

  it('starts nothing with a key that nobody knows', async () => {
    const id = await put(BY_KEY);
    await fireAt(id, NINE);
    expect(await startsOf(office.log, id)).toEqual([]);
    expect((await view()).lastFiring?.reason).toBe(
      'its key k1 is known no more; put it again with a valid one',
    );
  });

  it('fires with what the key allowed then and allows now', async () => {
    await keep();
    const id = await put(BY_KEY);
    await keep({ permissions: ['jobs:read', 'documents:read'] });
    await fireAt(id, NINE);
    expect((await actorOfRun(id, NINE))?.grants).toEqual(['jobs:read']);
  });

  it('fires again once it is put with a valid key, though nothing else is changed', async () => {
    await keep({ revokedAt: EIGHT });
    const id = await put(BY_KEY);
    await keep({ id: 'k2' });
    const renewed = { ...BY_KEY, key: 'k2' };
    const plan = await office.service.plan([daily()], {}, { actor: renewed });
    expect(plan.changes).toMatchObject([
      { change: 'updated', fields: [{ field: 'owner.key', from: 'k1', to: 'k2' }] },
    ]);
    const again = await office.service.put(daily(), {}, { actor: renewed });
    expect(again.change).toBe('updated');
    expect(again.deployment).not.toHaveProperty('problem');
    await fireAt(id, NEXT_NINE);
    expect(await actorOfRun(id, NEXT_NINE)).toMatchObject({ key: 'k2' });
    expect((await office.service.put(daily(), {}, { actor: renewed })).change).toBe('unchanged');
  });

  it('may be run by hand by who has a valid key', async () => {
    await keep({ revokedAt: EIGHT });
    await put(BY_KEY);
    const actor = { ...BY_KEY, key: 'k2' };
    const { runId } = await office.service.runNow({ flow: 'quick', name: 'daily' }, {}, { actor });
    const [start] = (await office.log.readRun(runId)).events;
    expect(start!.event).toMatchObject({ actor: { key: 'k2' } });
  });

  it('waits for the keys where they cannot be read, and loses no instant', async () => {
    let isAway = true;
    await keep();
    const away = rightsByKeys(
      {
        open: (bucket) => {
          if (isAway) throw new RetryableError('keys-are-away', 'the keys are away', 1_000);
          return buckets.open(bucket);
        },
      },
      clock.read,
    );
    other = await openOffice(url, { clock, rightsOf: away.rightsOf });
    const id = await put(BY_KEY);
    clock.set(NINE);
    await expect(other.desk.wake(id, fire(clock))).rejects.toThrow('the keys are away');
    expect(await startsOf(office.log, id)).toEqual([]);
    isAway = false;
    await other.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toEqual([runIdOfInstant(id, Date.parse(NINE))]);
  });
});

describe('a deployment whose owner came without a key', () => {
  it.each<[string, Actor]>([
    ['by a token', { userId: 'ann', channel: 'api', grants: ['jobs:read'] }],
    ['where nobody is asked', { userId: 'ann', channel: 'api' }],
  ])('%s keeps what they had', async (_, actor) => {
    const id = await put(actor);
    await fireAt(id, NINE);
    expect(await actorOfRun(id, NINE)).toEqual({ ...actor, channel: 'schedule' });
  });
});
