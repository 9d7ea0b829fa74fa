import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { millis, streamSeq, type RunEvent, type StoredInRun } from '#libs/run-log';
import { foldRun } from '#libs/run-records';
import { anyFlow, flowOf } from '../core/any-flow.fixtures.js';
import { live } from '../core/any-world.fixtures.js';
import { SimulatedRun } from '../testing/simulated-run.js';
import { viewRun } from './view-run.js';

const choices = fc.array(fc.nat({ max: 5_039 }), { minLength: 1, maxLength: 25 });
const BOUNDED = { numRuns: 400, interruptAfterTimeLimit: 2_200, markInterruptAsFailure: false };
const DONE: readonly string[] = ['success', 'cached'];

const historyOf = ({ log, runId }: SimulatedRun): readonly StoredInRun<RunEvent>[] =>
  log.map(({ event, seq, time }) => ({
    event,
    runId,
    position: { stream: 'RUN', epoch: 'e1', seq: streamSeq(seq) },
    time: millis(time),
    trace: {},
  }));

/** What is told of a run twice: by its records, and to those who steer it. */
function told(run: SimulatedRun) {
  const events = historyOf(run);
  const last = streamSeq(events.length);
  const records = foldRun(events)!;
  const view = viewRun({ runId: run.runId, events, last, lastDecision: last })!;
  const waitsOf = (kind: string) =>
    records.run.waitingFor.filter((wait) => wait.kind === kind).map(({ step }) => step);
  return {
    records: {
      done: records.tasks.filter(({ status }) => DONE.includes(status)).map(({ step }) => step),
      signals: waitsOf('signal'),
      approvals: records.approvals.filter(({ status }) => status === 'pending').map(({ step }) => step),
      children: waitsOf('child'),
    },
    view: {
      done: view.steps
        .filter(({ taskRunId, state }) => taskRunId && state === 'succeeded')
        .map(({ number }) => number),
      signals: view.signals.map(({ step }) => step),
      approvals: view.approvals.map(({ step }) => step),
      children: view.steps
        .filter(({ kind, state }) => kind === 'child' && state === 'pending')
        .map(({ number }) => number),
    },
    open: records.tasks.filter(({ status }) => status === 'pending' || status === 'running'),
    waits: records.run.waitingFor,
  };
}

it('any run is told alike by its records and by its view, and its end leaves nothing open (rules 4 and 7)', async () => {
  await fc.assert(
    fc.asyncProperty(anyFlow, choices, async (flow, picked) => {
      const run = new SimulatedRun(flowOf(flow));
      await run.start();
      await live(run, picked, () => {
        const { records, view } = told(run);
        expect(view).toEqual(records);
        return Promise.resolve();
      });
      if (run.ended) expect(told(run)).toMatchObject({ open: [], waits: [] });
    }),
    BOUNDED,
  );
});
