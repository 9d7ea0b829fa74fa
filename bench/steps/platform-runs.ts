import { startOrchestrator, startRun } from '#libs/flows';
import type { Orchestrator } from '#libs/flows';
import type { Buckets } from '#libs/key-values';
import type { FlowRunId, RunLog } from '#libs/run-log';
import { benchActor, benchFlows } from '../no-op/registry.js';
import { hearingDecisions, isEnd, RunEnds } from './run-ends.js';

export interface PlatformRuns {
  readonly orchestrator: Orchestrator;
  /** Runs a flow once, from the request to its stored end. */
  run(flow: string, input: object): Promise<void>;
}

/** Starts an orchestrator that knows the flows of the bench; `ended` is told of each run's end. */
export async function startPlatformRuns(
  log: RunLog,
  buckets: Buckets,
  ended: (runId: FlowRunId) => void = () => undefined,
): Promise<PlatformRuns> {
  const registry = benchFlows();
  const ends = new RunEnds();
  const heard = hearingDecisions(log, (runId, last) => {
    if (!isEnd(last)) return;
    ends.reach(runId, last);
    ended(runId);
  });
  const orchestrator = await startOrchestrator({
    log: heard,
    registry,
    buckets,
    logger: console,
  });
  return {
    orchestrator,
    run: (flow, input) => ends.run(() => startRun(log, registry, { flow, input, actor: benchActor })),
  };
}
