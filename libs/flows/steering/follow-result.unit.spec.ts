import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMemoryRunLog, flowRunId, streamSeq, type MemoryRunLog } from '#libs/run-log';
import type { DecisionEvent, StreamSeq } from '#libs/run-log';
import { failure, flowStarted, startRequested } from '#libs/run-records/testing';
import { followResult } from './follow-result.js';
import { ambiguousHalt, RUN, someone } from './run-history.fixtures.js';

let log: MemoryRunLog;
let last: StreamSeq;

beforeEach(async () => {
  log = createMemoryRunLog();
  last = streamSeq(0);
  await log.start(RUN, startRequested());
});

afterEach(() => log.close());

async function decide(...decisions: DecisionEvent[]): Promise<void> {
  last = await log.decide(RUN, last, decisions);
}

/** Resolves once the waiting watches, so that what comes next comes while it does. */
function watching(): Promise<void> {
  const watch = log.watch.bind(log);
  return new Promise((resolve) => {
    log.watch = async (stream, options, handler) => {
      const subscription = await watch(stream, options, handler);
      resolve();
      return subscription;
    };
  });
}

describe('waiting for the result of a run', () => {
  it('is over at once where the run has ended', async () => {
    await decide(flowStarted, { type: 'FlowCompleted', result: { a: 1 } });
    expect(await followResult(log, RUN)).toEqual({ runId: RUN, status: 'completed', result: { a: 1 } });
  });

  it.each([
    [
      { type: 'FlowCompleted', result: 1 },
      { status: 'completed', result: 1 },
    ],
    [
      { type: 'FlowFailed', error: failure },
      { status: 'failed', error: failure },
    ],
    [
      { type: 'FlowCancelled', reason: 'enough' },
      { status: 'cancelled', reason: 'enough' },
    ],
  ] as const)('is over when it ends with %j', async (event, result) => {
    const ready = watching();
    const waiting = followResult(log, RUN);
    await ready;
    await decide(flowStarted, event);
    expect(await waiting).toEqual({ runId: RUN, ...result });
  });

  it('goes on with the run that goes on with the work', async () => {
    const next = flowRunId('run-1-c2');
    const ready = watching();
    const waiting = followResult(log, RUN);
    await ready;
    const again = watching();
    await decide(flowStarted, { type: 'FlowContinued', nextRunId: next, input: {}, fedSeq: streamSeq(2) });
    await again;
    await log.start(next, startRequested());
    await log.decide(next, streamSeq(0), [flowStarted, { type: 'FlowCompleted', result: 2 }]);
    expect(await waiting).toEqual({ runId: next, status: 'completed', result: 2 });
  });

  it('outlasts a halt, unless a halt is to be told too', async () => {
    const ready = watching();
    const told = followResult(log, RUN, { orHalted: true });
    await ready;
    const patient = watching();
    const waiting = followResult(log, RUN);
    await patient;
    await decide(flowStarted, ambiguousHalt);
    expect(await told).toMatchObject({ status: 'halted', error: { message: 'nobody knows' } });
    await decide(
      { type: 'RunResumed', actor: someone, after: 'ambiguous' },
      { type: 'FlowCompleted', result: 3 },
    );
    expect(await waiting).toMatchObject({ status: 'completed', result: 3 });
    expect(await followResult(log, RUN, { orHalted: true })).toMatchObject({ status: 'completed' });
  });

  it('does not take a halt for one that a person has ended', async () => {
    await decide(flowStarted, ambiguousHalt, { type: 'RunResumed', actor: someone, after: 'ambiguous' });
    const ready = watching();
    const waiting = followResult(log, RUN, { orHalted: true });
    await ready;
    await decide({ type: 'FlowCompleted', result: 4 });
    expect(await waiting).toMatchObject({ status: 'completed', result: 4 });
  });

  it('ends when it is aborted, and the run goes on', async () => {
    const stop = new AbortController();
    const ready = watching();
    const waiting = followResult(log, RUN, { signal: stop.signal });
    await ready;
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(followResult(log, RUN, { signal: stop.signal })).rejects.toThrow('enough');
  });

  it('needs a run', async () => {
    await expect(followResult(log, flowRunId('nobody'))).rejects.toMatchObject({ code: 'flow/unknown-run' });
  });
});
