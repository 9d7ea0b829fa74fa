import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { CreateAlertInput } from '#libs/contracts';
import type { Actor } from '#libs/run-log';
import { testMongoUri, testNats } from '#libs/testing';
import { Archive } from '../archive/archive.fixtures.js';
import type { KeptFlowRun } from '../projection/collections.js';
import { LogPressure } from '../retention/log-pressure.js';
import { Alerts } from './alerts.js';
import type { AlertMessage, Sent } from './send-alert.js';

Logger.overrideLogger(false);

const admin: Actor = { userId: 'local', channel: 'cli' };
const ann: Actor = { userId: 'ann', channel: 'api' };
const bob: Actor = { userId: 'bob', channel: 'api' };
const HOUR_MS = 3_600_000;
const SENT: Sent = { kind: 'sent', said: 'ok' };
const REFUSED: Sent = { kind: 'refused', said: 'busy' };

let at: Archive;
let told: string[];
let answer: (message: AlertMessage) => Sent | Promise<Sent>;
let like: KeptFlowRun;
let pressure: LogPressure;

/** An audit, whose clock may go wrong by some milliseconds. */
const audit = (wrongByMs = 0): Alerts =>
  new Alerts({
    connection: at.open.connection,
    log: at.log,
    clock: { ...at.clock, now: () => at.clock.now() + wrongByMs },
    pressure,
    send: async (_target, message) => {
      const said = await answer(message);
      if (said.kind === 'sent') told.push(message.subject);
      return said;
    },
  });

beforeEach(async () => {
  at = await Archive.over(testNats().url, testMongoUri());
  told = [];
  answer = () => SENT;
  pressure = new LogPressure(() => Promise.resolve({ bytes: 90, limit: 100 }), undefined);
  await pressure.look();
  await at.happen('like');
  like = (await at.collections.flowRuns.findOneAndDelete({ _id: 'like' }))!;
});
afterEach(() => at.close());

const target = { channel: 'webhook', webhook: 'OPS' } as const;
const rule = (over: Partial<CreateAlertInput> = {}, actor = ann) =>
  audit().create({ name: 'watch', kind: 'halted', target, throttleSeconds: 0, ...over }, actor);
const flowRuns = (count: number, over: (n: number) => Partial<KeptFlowRun>) =>
  at.collections.flowRuns.insertMany(
    Array.from({ length: count }, (_, n) => ({ ...like, _id: `run-${n}`, actor: ann, ...over(n) })),
  );
const halted = (count: number, name = 'run', actor = ann) =>
  flowRuns(count, (n) => ({ _id: `${name}-${n}`, actor, status: 'halted', createdAt: new Date(n) }));
const incidents = () => at.open.connection.collection('incidents');

describe('an alert that has much to tell', () => {
  it('opens an incident for every run, and resolves each', async () => {
    await rule({ throttleSeconds: 600 });
    await halted(603);
    await audit().round();
    expect(await incidents().countDocuments({ state: 'open' })).toBe(603);
    await at.collections.flowRuns.updateMany({ _id: { $ne: 'run-7' } }, { $set: { status: 'running' } });
    await audit().round();
    expect(await incidents().distinct('subject', { state: 'open' })).toEqual(['run-7']);
    expect(told).toEqual(['watch (run-0)', 'Resolved: watch (run-0)']);
  });

  it('does not keep the alerts of others waiting', async () => {
    await rule({ throttleSeconds: 600 });
    await rule({ name: 'chatty' });
    await rule({ name: 'other' }, bob);
    await halted(80);
    await halted(1, 'his', bob);
    await at.collections.flowRuns.updateMany({ _id: 'his-0' }, { $set: { createdAt: new Date() } });
    await audit().round();
    expect(told.filter((subject) => subject.startsWith('watch'))).toHaveLength(1);
    expect(told.filter((subject) => subject.startsWith('chatty'))).toHaveLength(10);
    expect(told).toContain('other (his-0)');
  });

  it('looks at all runs that have ended since, however many', async () => {
    await rule({ kind: 'failed' });
    const ended = new Date();
    await at.open.connection.collection('alert_rules').updateMany({}, { $set: { lookedUntil: new Date(0) } });
    await flowRuns(601, (n) => ({
      finishedAt: new Date(ended.getTime() - HOUR_MS + n),
      ...(n === 600 ? { status: 'failed', flow: 'broken' } : {}),
    }));
    await at.happen('last');
    await audit().round();
    expect(told).toEqual(['watch (broken)']);
  });
});

describe('a message that was not taken', () => {
  it('does not count as told, so the next try comes in time', async () => {
    await rule({ throttleSeconds: 600 });
    await halted(1);
    answer = () => REFUSED;
    await audit().round();
    answer = () => SENT;
    await at.clock.advance(10_000);
    await audit().round();
    expect(told).toEqual(['watch (run-0)']);
  });

  it('is not followed by word that it is over', async () => {
    await rule();
    await halted(1);
    answer = () => REFUSED;
    for (let n = 0; n < 10; n++) {
      await audit().round();
      await at.clock.advance(600_000);
    }
    answer = () => SENT;
    await at.collections.flowRuns.updateMany({}, { $set: { status: 'running' } });
    await audit().round();
    expect(told).toEqual([]);
    expect(await incidents().findOne()).toMatchObject({
      ...{ state: 'resolved', opening: { state: 'failed', tries: 10 }, recovery: { state: 'none' } },
    });
  });

  it('is not tried again where it is over meanwhile', async () => {
    await rule();
    await halted(1);
    answer = async () => {
      await at.collections.flowRuns.updateMany({}, { $set: { status: 'running' } });
      answer = () => SENT;
      await audit().round();
      return REFUSED;
    };
    await audit().round();
    await at.clock.advance(HOUR_MS);
    await audit().round();
    expect(told).toEqual([]);
    expect(await incidents().findOne()).toMatchObject({
      opening: { state: 'none' },
      recovery: { state: 'none' },
    });
  });

  it('is not told of a rule that is gone', async () => {
    const { id } = await rule();
    await halted(1);
    answer = () => REFUSED;
    await audit().round();
    await at.open.connection.collection('alert_rules').deleteOne({ _id: id as never });
    answer = () => SENT;
    await at.clock.advance(10_000);
    await audit().round();
    expect(told).toEqual([]);
    expect(await incidents().findOne()).toMatchObject({ state: 'resolved', opening: { state: 'none' } });
  });
});

describe('several audits', () => {
  it('do not take one for dead that is at a slow channel', async () => {
    await rule({ throttleSeconds: 0 });
    await rule({ name: 'second' });
    await halted(1);
    answer = async ({ subject }) => {
      if (!subject.startsWith('second')) {
        await at.clock.advance(150_000);
        return SENT;
      }
      await audit().round();
      return REFUSED;
    };
    await audit().round();
    answer = () => SENT;
    await at.clock.advance(10_000);
    await audit().round();
    expect(told).toEqual(['watch (run-0)', 'second (run-0)']);
  });

  it('whose clocks differ find one incident about the log', async () => {
    await rule({ kind: 'log-filling' }, admin);
    const audits = [audit(), audit(-5_000), audit(5_000)];
    await Promise.all(audits.map((each) => each.round()));
    for (const each of audits) await each.round();
    expect(told).toEqual(['watch (the log)']);
  });
});

it('an alert about no success says of which runs', async () => {
  await rule({ kind: 'no-success', flow: 'greet', tag: 'nightly', afterSeconds: 3_600 });
  await at.clock.advance(2 * HOUR_MS + 60_000);
  await audit().round();
  expect(await incidents().findOne()).toMatchObject({
    text: 'no run of flow greet with the tag nightly has completed for 2 hours',
  });
});
