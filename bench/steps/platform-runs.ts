import { FlowRegistry, startOrchestrator, startRun } from '#libs/flows';
import type { DecisionEvent, FlowRunId, RunLog } from '#libs/run-log';
import { tenSteps } from '../no-op/ten-steps.flow.js';

interface End {
  readonly reached: Promise<DecisionEvent>;
  readonly reach: (decision: DecisionEvent) => void;
}

const ENDS: readonly string[] = ['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'RunHalted', 'RunParked'];

/** Runs end when their last decision is stored. Seen where it is appended, for following the log would cost. */
class RunEnds {
  private readonly ends = new Map<FlowRunId, End>();

  /** The same log, whose appended ends are heard of here. */
  over(log: RunLog): RunLog {
    const decide: RunLog['decide'] = async (runId, expected, decisions, trace) => {
      const seq = await log.decide(runId, expected, decisions, trace);
      const last = decisions.at(-1);
      if (last && ENDS.includes(last.type)) this.of(runId).reach(last);
      return seq;
    };
    return Object.create(log, { decide: { value: decide } }) as RunLog;
  }

  async wait(runId: FlowRunId): Promise<void> {
    const end = await this.of(runId).reached;
    this.ends.delete(runId);
    if (end.type !== 'FlowCompleted') throw new Error(`run ${runId} ended with ${JSON.stringify(end)}`);
  }

  private of(runId: FlowRunId): End {
    let end = this.ends.get(runId);
    if (!end) {
      let reach: End['reach'] = () => undefined;
      const reached = new Promise<DecisionEvent>((resolve) => (reach = resolve));
      this.ends.set(runId, (end = { reached, reach }));
    }
    return end;
  }
}

export interface PlatformRuns {
  /** Runs the flow once, from the request to its stored end. */
  run(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts an orchestrator that knows the flow of ten steps. */
export async function startPlatformRuns(log: RunLog): Promise<PlatformRuns> {
  const registry = new FlowRegistry([tenSteps]);
  const ends = new RunEnds();
  const orchestrator = await startOrchestrator({ log: ends.over(log), registry, logger: console });
  const actor = { userId: 'bench', channel: 'api' } as const;
  return {
    run: async (text) => {
      const { runId } = await startRun(log, registry, {
        flow: tenSteps.contract.name,
        input: { text },
        actor,
      });
      await ends.wait(runId);
    },
    close: () => orchestrator.close(),
  };
}
