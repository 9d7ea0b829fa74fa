import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { millis, streamSeq, type DecisionEvent, type RunEvent, type StoredInRun } from '#libs/run-log';
import { programOf } from '../flow.js';
import { settleMicrotasks } from '../orchestrator/activation-gate.js';
import { readHistory } from '../orchestrator/history.js';
import { isDecision } from '../testing/is-decision.js';
import type { SimulatedEntry } from '../testing/simulated-entry.js';
import { SimulatedRun } from '../testing/simulated-run.js';
import { anyFlow, flowOf, type AnyFlow } from './any-flow.fixtures.js';
import { live } from './any-world.fixtures.js';
import { Execution } from './execution.js';
import { unlawful } from './lawful-log.fixtures.js';

/** Enough to go through most flows to their end. */
const choices = fc.array(fc.nat({ max: 5_039 }), { minLength: 1, maxLength: 25 });
const BOUNDED = { numRuns: 400, interruptAfterTimeLimit: 2_200, markInterruptAsFailure: false };

/** A decision without what depends on where in the log others came to lie. */
const unplaced = (decision: DecisionEvent): unknown =>
  JSON.parse(
    JSON.stringify(decision, (key, value: unknown) =>
      key === 'traceback' || key === 'fedSeq' ? undefined : value,
    ),
  );

async function lifeOf(flow: AnyFlow, picked: readonly number[]): Promise<SimulatedRun> {
  const run = new SimulatedRun(flowOf(flow));
  await run.start();
  await live(run, picked);
  return run;
}

describe('any flow, whatever happens to it', () => {
  it('decides the same when it is replayed after a crash at any point (rules 2 and 3)', async () => {
    await fc.assert(
      fc.asyncProperty(anyFlow, choices, async (flow, picked) => {
        const run = await lifeOf(flow, picked);
        await run.assertReplays();
      }),
      BOUNDED,
    );
  });

  it('decides the same when it goes on after crashes that cut its decisions anywhere (rule 2)', async () => {
    await fc.assert(
      fc.asyncProperty(anyFlow, choices, async (flow, picked) => {
        const whole = await lifeOf(flow, picked);
        const crashing = new SimulatedRun(flowOf(flow));
        await crashing.start();
        let decided = 0;
        await live(crashing, picked, async (choice) => {
          const { length } = crashing.decisions;
          if (choice % 3 === 0) await crashing.reload(decided + (choice % (length - decided + 1)));
          decided = length;
        });
        expect(crashing.decisions.map(unplaced)).toEqual(whole.decisions.map(unplaced));
      }),
      BOUNDED,
    );
  });

  it('leaves a log of which the rules hold (rules 4, 7, 8 and 14)', async () => {
    await fc.assert(
      fc.asyncProperty(anyFlow, choices, async (flow, picked) => {
        expect(unlawful(await lifeOf(flow, picked))).toEqual([]);
      }),
      BOUNDED,
    );
  });

  it('decides the same wherever facts lie between its decisions (rule 2)', async () => {
    await fc.assert(
      fc.asyncProperty(anyFlow, choices, fc.array(fc.nat({ max: 9 })), async (flow, picked, lags) => {
        const run = await lifeOf(flow, picked);
        const { triggers, decisions } = readHistory(interleaved(run, lags));
        expect(decisions).toEqual(run.decisions);
        const execution = new Execution(programOf(flowOf(flow)), run.runId, decisions, {
          settle: settleMicrotasks,
          log: () => undefined,
          violated: (error) => {
            throw error;
          },
        });
        const lived = run.log.filter(({ event }) => !isDecision(event));
        for (const [index, { event, time }] of triggers.entries()) {
          const { unbegun = false } = lived[index]!;
          const fed = { event, time, seq: streamSeq(index + 1), live: false, unbegun };
          expect(await execution.feed(fed)).toEqual([]);
        }
        execution.assertReplayed();
      }),
      BOUNDED,
    );
  });
});

/** The same log with decisions that were stored later than they were: after facts that had come meanwhile. */
function interleaved(run: SimulatedRun, lags: readonly number[]) {
  const triggers = run.log.filter(({ event }) => !isDecision(event));
  const late = new Map<number, SimulatedEntry[]>();
  let least = 0;
  for (const [index, entry] of run.log.filter(({ event }) => isDecision(event)).entries()) {
    const cause = triggers.findIndex(({ seq }) => seq === entry.cause);
    const lag = lags.length > 0 ? lags[index % lags.length]! : 0;
    least = Math.max(least, Math.min(cause + lag, triggers.length - 1));
    late.set(least, [...(late.get(least) ?? []), entry]);
  }
  const entries = triggers.flatMap((trigger, index) => [trigger, ...(late.get(index) ?? [])]);
  const events = entries.map(({ event, time }, index): StoredInRun<RunEvent> => ({
    event,
    runId: run.runId,
    time: millis(time),
    position: { stream: 'RUN', epoch: 'test', seq: streamSeq(index + 1) },
    trace: {},
  }));
  return { runId: run.runId, events, last: streamSeq(events.length), lastDecision: streamSeq(0) };
}
