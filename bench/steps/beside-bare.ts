import { byTurns } from '../by-turns.js';
import type { MeasureContext } from '../measure.js';
import type { Child } from '../processes/child.js';
import { summarise } from '../statistics.js';
import type { PairSummary } from '../statistics.js';
import type { Load, LoadDone } from './run-load.js';
import type { StepPlan } from './step-plans.js';

/** Measures flows of ten steps beside the bare loop in the same two processes, by turns. */
export async function besideBare(
  orchestrator: Child,
  { id, parallel, forMs, warmUpMs, pairs, figure }: StepPlan,
  { say }: MeasureContext,
): Promise<PairSummary> {
  const load = async (side: Load['side'], ms: number): Promise<number> => {
    const done = await orchestrator.ask<LoadDone>('load', { side, parallel, forMs: ms } satisfies Load);
    // What the other side is measured beside must be at rest, audit too.
    await orchestrator.ask('settled');
    return figure(done);
  };
  await load('bare', warmUpMs);
  await load('ours', warmUpMs);
  return summarise(
    await byTurns({
      ours: () => load('ours', forMs),
      bare: () => load('bare', forMs),
      pairs,
      say: (line) => say(`${id} ${line}`),
    }),
  );
}
