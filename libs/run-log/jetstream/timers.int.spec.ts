import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { testNats } from '#libs/testing';
import { millis, streamSeq } from '../ids.js';
import { flowStarted, freshRun, scheduled, started } from '../run-log.fixtures.js';
import { runSubjects } from '../subjects.js';
import { connectRunLog } from './connect.js';
import type { JetStreamRunLog } from './jetstream-run-log.js';

let log: JetStreamRunLog;

beforeAll(async () => {
  log = await connectRunLog({ ...testNats(), name: 'spec' });
});
afterAll(() => log.close());

it('a timer aims at a request of its run, and never at its decisions (rule 21)', async () => {
  const runId = freshRun();
  await log.start(runId, started());
  await log.setTimer(runId, 't1', millis(Date.now() + 3_600_000));
  const { streams } = await jetstreamManager(log.connection);
  const kept = await streams.getMessage('RUN', { last_by_subj: runSubjects.later(runId, 't1') });
  expect(kept?.header.get('Nats-Schedule-Target')).toBe(runSubjects.request(runId, 'TimerFired'));
});

it('a timer that has fired has not moved the fence (rule 21)', async () => {
  const runId = freshRun();
  await log.start(runId, started());
  const last = await log.decide(runId, streamSeq(0), [flowStarted]);
  let fired = (): void => undefined;
  const isFired = new Promise<void>((resolve) => (fired = resolve));
  const viewer = await log.watch('RUN', { runId }, ({ event }) => {
    if (event.type === 'TimerFired') fired();
  });
  await log.setTimer(runId, 't1', millis(Date.now()));
  await isFired;
  await viewer.close();
  expect((await log.readRun(runId)).lastDecision).toBe(last);
  await expect(log.decide(runId, last, [scheduled(1, { runId })])).resolves.toBeGreaterThan(last);
});
