import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { createMemoryRunLog, flowRunId, streamSeq, UnknownEventError } from '#libs/run-log';
import type { DecisionEvent, FlowRunId, RunHistory } from '#libs/run-log';
import { flowStarted, startRequested } from '#libs/run-records/testing';
import { FlowRegistry } from '../orchestrator/registry.js';
import { Steering } from './steering.js';

const by = { actor: { userId: 'someone', channel: 'cli' } } as const;
const registry = new FlowRegistry([]);
const nth = (n: number): FlowRunId => flowRunId(`run-${n}`);
const goesOnAs = (n: number): DecisionEvent => ({
  type: 'FlowContinued',
  nextRunId: nth(n),
  input: {},
  fedSeq: streamSeq(1),
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A log with a chain of runs, each of which is told a signal that is known by its number, and steering over it. */
async function chainOf(length: number, last?: DecisionEvent) {
  const log = createMemoryRunLog();
  for (let n = 1; n <= length; n += 1) {
    await log.start(nth(n), startRequested());
    const signal = { type: 'SignalSent', actor: by.actor, name: 'go', payload: null, id: `s${n}` } as const;
    await log.request(nth(n), signal, `s${n}`);
    const end = n < length ? goesOnAs(n + 1) : last;
    await log.decide(nth(n), streamSeq(0), [flowStarted, ...(end ? [end] : [])]);
  }
  return { log, steering: new Steering(log, registry) };
}

it('no more than one history of a chain is kept at a time, whatever is asked', async () => {
  const { log, steering } = await chainOf(5);
  const readRun = log.readRun.bind(log);
  let read: WeakRef<RunHistory>[] = [];
  let most = 0;
  log.readRun = async (runId) => {
    // What was made or looked at in the same job is not collected.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    most = Math.max(most, read.filter((each) => each.deref()).length);
    await new Promise((resolve) => setImmediate(resolve));
    const history = await readRun(runId);
    read.push(new WeakRef(history));
    return history;
  };
  const asked: (() => Promise<{ readonly runId: FlowRunId }>)[] = [
    () => steering.signal(nth(1), { name: 'go', payload: null, id: 'new' }, by),
    () => steering.pause(nth(1), undefined, by),
    () => steering.cancel(nth(1), undefined, by),
  ];
  for (const ask of asked) {
    read = [];
    expect(await ask()).toMatchObject({ runId: nth(5) });
    expect(read).toHaveLength(5);
  }
  expect(most).toBeLessThanOrEqual(1);
});

it('a signal that any run of the chain has heard is told where it lies', async () => {
  const { steering } = await chainOf(4);
  const again = (id: string) => steering.signal(nth(1), { name: 'go', payload: null, id }, by);
  for (const n of [1, 3, 4]) {
    expect(await again(`s${n}`)).toMatchObject({ runId: nth(n), seq: expect.any(Number), duplicate: true });
  }
  expect(await again('s5')).toMatchObject({ runId: nth(4), duplicate: false });
});

it('what is said to a run whose successor cannot be read is refused for good', async () => {
  const { log, steering } = await chainOf(2, goesOnAs(3));
  await expect(steering.pause(nth(1), undefined, by)).rejects.toMatchObject({
    code: 'flow/continuing',
    disposition: 'retry',
  });
  const readRun = log.readRun.bind(log);
  const unreadable = new UnknownEventError('StartRequested', 99, 7);
  log.readRun = async (runId) => {
    const history = await readRun(runId);
    return runId === nth(3) ? { ...history, unreadable } : history;
  };
  await expect(steering.pause(nth(1), undefined, by)).rejects.toBe(unreadable);
  await expect(steering.restart(nth(1), {}, by)).rejects.toBe(unreadable);
});

it('an answer that is meant for one run only goes to none that goes on with its work', async () => {
  const { log, steering } = await chainOf(2);
  const asks = (step: number) =>
    ({ type: 'ApprovalRequested', step, name: `pay ${step}`, payload: null }) as const;
  await log.decide(nth(2), (await log.readRun(nth(2))).lastDecision, [asks(1), asks(2)]);
  const yes = { approved: true };
  const one = { ...yes, follow: false };
  await expect(steering.approve(nth(1), { step: 1 }, one, by)).rejects.toMatchObject({
    code: 'flow/continuing',
    message: expect.not.stringContaining(nth(2)),
  });
  expect(await steering.approve(nth(2), { step: 1 }, one, by)).toMatchObject({ runId: nth(2) });
  expect(await steering.approve(nth(1), { step: 2 }, yes, by)).toMatchObject({ runId: nth(2) });
  const { events } = await log.readRun(nth(2));
  expect(events.map(({ event }) => event).filter(({ type }) => type === 'ApprovalAnswered')).toEqual([
    { type: 'ApprovalAnswered', actor: by.actor, step: 1, approved: true },
    { type: 'ApprovalAnswered', actor: by.actor, step: 2, approved: true },
  ]);
});
