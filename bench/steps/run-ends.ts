import type { DecisionEvent, FlowRunId, RunLog } from '#libs/run-log';

const ENDS: readonly string[] = ['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'RunHalted', 'RunParked'];

/** Whether a run goes on after a decision. */
export const isEnd = ({ type }: DecisionEvent): boolean => ENDS.includes(type);

/** Waits for the ends of runs that this process starts. */
export class RunEnds {
  private readonly waiting = new Map<FlowRunId, (end: DecisionEvent) => void>();
  /** Ends of runs of which it is not known yet whether this process has started them. */
  private readonly early = new Map<FlowRunId, DecisionEvent>();
  private starting = 0;

  reach(runId: FlowRunId, end: DecisionEvent): void {
    const resolve = this.waiting.get(runId);
    this.waiting.delete(runId);
    if (resolve) resolve(end);
    else if (this.starting > 0) this.early.set(runId, end);
  }

  /** Starts a run and waits for its end. Throws where it is none with a result. */
  async run(start: () => Promise<{ readonly runId: FlowRunId }>): Promise<void> {
    this.starting++;
    let runId: FlowRunId;
    try {
      ({ runId } = await start());
    } finally {
      this.starting--;
    }
    const reached = this.early.get(runId);
    if (this.starting === 0) this.early.clear();
    const end = reached ?? (await new Promise<DecisionEvent>((resolve) => this.waiting.set(runId, resolve)));
    if (end.type !== 'FlowCompleted') throw new Error(`run ${runId} ended with ${JSON.stringify(end)}`);
  }
}

/** The same log, which tells of the last decision of each activation once it is stored; to follow it would cost. */
export function hearingDecisions(
  log: RunLog,
  heard: (runId: FlowRunId, last: DecisionEvent) => void,
): RunLog {
  const decide: RunLog['decide'] = async (runId, expected, decisions, trace) => {
    const seq = await log.decide(runId, expected, decisions, trace);
    const last = decisions.at(-1);
    if (last) heard(runId, last);
    return seq;
  };
  return Object.create(log, { decide: { value: decide } }) as RunLog;
}
