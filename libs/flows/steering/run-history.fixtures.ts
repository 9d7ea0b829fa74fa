import { flowRunId, streamSeq, taskRunId } from '#libs/run-log';
import type { Actor, DecisionEvent, Outcome, RunEvent, RunHistory } from '#libs/run-log';
import { finished, flowStarted, inRun, scheduled, startRequested } from '#libs/run-records/testing';

export const RUN = flowRunId('run-1');
export const someone: Actor = { userId: 'someone', channel: 'cli' };
export const other: Actor = { userId: 'other', channel: 'ui' };
export const started: readonly RunEvent[] = [startRequested(), flowStarted];

/** Gives events as a history, one sequence and one second after the other, from 1. */
export function history(...events: readonly RunEvent[]): RunHistory {
  const stored = events.map((event, index) => inRun(index + 1, event, RUN));
  return {
    runId: RUN,
    events: stored,
    last: streamSeq(stored.length),
    lastDecision: streamSeq(stored.length),
  };
}

/** A task as it is scheduled: its key is its name, and it is asked for the first time. */
export const asked = (
  step: number,
  name: string,
  over: Partial<Extract<DecisionEvent, { type: 'TaskScheduled' }>> & { readonly nth?: number } = {},
): RunEvent => {
  const { nth = 1, ...rest } = over;
  return scheduled(`${RUN}-${step}`, {
    step,
    task: name,
    reuseKey: 'k',
    idempotencyKey: `${RUN}/${name}/k/${nth}`,
    ...rest,
  });
};

export const came = (step: number, outcome: Outcome, attempt = 1): RunEvent =>
  finished(taskRunId(`${RUN}-${step}`), outcome, { attempt });

export const success = (step: number, result: unknown): RunEvent => came(step, { status: 'success', result });

export const failed = (step: number, attempt = 1): RunEvent =>
  came(
    step,
    { status: 'failed', error: { code: 'x/no', message: 'it failed', disposition: 'retry' } },
    attempt,
  );

export const unknown = (step: number, attempt = 1): RunEvent =>
  came(
    step,
    { status: 'failed', error: { code: 'x/lost', message: 'nobody knows', disposition: 'halt' } },
    attempt,
  );

export const ambiguousHalt: Extract<DecisionEvent, { type: 'RunHalted' }> = {
  type: 'RunHalted',
  reason: 'ambiguous',
  error: { code: 'flow/ambiguous-outcome', message: 'nobody knows', disposition: 'halt' },
};

export const approvalAsked = (step: number, name: string, over: object = {}): RunEvent => ({
  type: 'ApprovalRequested',
  step,
  name,
  payload: null,
  ...over,
});

export const answered = (step: number, actor: Actor, approved = true): RunEvent => ({
  type: 'ApprovalAnswered',
  step,
  actor,
  approved,
});
