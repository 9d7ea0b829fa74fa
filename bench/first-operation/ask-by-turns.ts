import type { FlowClient } from '#libs/flows';
import type { RunLog } from '#libs/run-log';
import { machineMs } from '../clock.js';
import { benchActor } from '../no-op/registry.js';
import type { Stamped } from '../no-op/stamp.contract.js';
import { threeSteps } from '../no-op/three-steps.flow.js';
import type { Reached } from './reached.js';
import { RunResults } from './run-results.js';

/** How many runs each side has, by turns of so many. */
export interface Turns {
  readonly runs: number;
  readonly inTurn: number;
}

export interface ReachedByTurns {
  readonly ours: readonly Reached[];
  readonly bare: readonly Reached[];
}

interface Askers {
  readonly flows: FlowClient;
  readonly log: RunLog;
  readonly bare: (text: string) => Promise<Reached>;
  readonly text: string;
}

/** Starts runs one at a time and waits for each one's result, ours and bare by turns. */
export async function askByTurns(askers: Askers, { runs, inTurn }: Turns): Promise<ReachedByTurns> {
  const { flows, log, bare, text } = askers;
  const results = await RunResults.follow(log);
  const ours = async (): Promise<Reached> => {
    const askedAt = machineMs();
    const { runId } = await flows.start(threeSteps.contract.name, { text }, { actor: benchActor });
    const { begunAt } = (await results.of(runId)) as Stamped;
    return { firstOperation: begunAt - askedAt, whole: machineMs() - askedAt };
  };
  const reached: { ours: Reached[]; bare: Reached[] } = { ours: [], bare: [] };
  while (reached.ours.length < runs) {
    for (let nth = 0; nth < inTurn; nth++) reached.bare.push(await bare(text));
    for (let nth = 0; nth < inTurn; nth++) reached.ours.push(await ours());
  }
  await results.close();
  return reached;
}
