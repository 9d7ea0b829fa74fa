import type { ErrorRecord, FlowRunId, RunEvent, RunLog, StreamSeq } from '#libs/run-log';
import { UnknownRunError } from './errors.js';
import type { RunEndView } from './run-view.js';
import { endOf } from './view-run.js';

/** How a run has ended. `runId` is the last of the chain where the run was continued by others. */
export type RunResult = { readonly runId: FlowRunId } & (
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: 'failed'; readonly error: ErrorRecord }
  | { readonly status: 'cancelled'; readonly reason?: string }
  /** It waits for a person; answered only where that was asked for. */
  | { readonly status: 'halted'; readonly error: ErrorRecord }
);

export interface ResultOptions {
  /** Ends the waiting; the run goes on. */
  readonly signal?: AbortSignal;
  /** Answers a halt too, instead of waiting until a person has seen to it. */
  readonly orHalted?: boolean;
}

type Stop = RunEndView | { readonly status: 'halted'; readonly error: ErrorRecord };

/** Waits for the end of a run and of those that go on with its work. Throws UnknownRunError. */
export async function followResult(
  log: RunLog,
  runId: FlowRunId,
  options: ResultOptions = {},
): Promise<RunResult> {
  // A run that goes on with another's work is known by name a moment before it is started.
  for (let at = runId, first = true; ; first = false) {
    const stop = await stopOf(log, at, first, options);
    switch (stop.status) {
      case 'completed':
        return { runId: at, status: stop.status, result: stop.result };
      case 'failed':
      case 'halted':
        return { runId: at, status: stop.status, error: stop.error };
      case 'cancelled':
        return { runId: at, status: stop.status, ...(stop.reason ? { reason: stop.reason } : {}) };
      case 'continued':
        at = stop.nextRunId;
    }
  }
}

async function stopOf(
  log: RunLog,
  runId: FlowRunId,
  mustExist: boolean,
  { signal, orHalted = false }: ResultOptions,
): Promise<Stop> {
  for (;;) {
    signal?.throwIfAborted();
    const { events, last } = await log.readRun(runId);
    if (mustExist && !events.some(({ event }) => event.type === 'StartRequested'))
      throw new UnknownRunError(runId);
    let stop: Stop | undefined;
    for (const { event, time } of events) stop = next(stop, event, time, orHalted);
    stop ??= await watched(log, runId, last, signal, (event, time) => next(undefined, event, time, orHalted));
    if (stop) return stop;
  }
}

/** Watches from behind `last` until there is an answer; undefined where the watching broke off. */
async function watched(
  log: RunLog,
  runId: FlowRunId,
  last: StreamSeq,
  signal: AbortSignal | undefined,
  answer: (event: RunEvent, time: RunEndView['at']) => Stop | undefined,
): Promise<Stop | undefined> {
  let tell: (stop: Stop | undefined) => void = () => undefined;
  let giveUp: (reason: unknown) => void = () => undefined;
  const told = new Promise<Stop | undefined>((resolve, reject) => {
    tell = resolve;
    giveUp = reject;
  });
  const aborted = () => giveUp(signal?.reason);
  told.catch(() => undefined);
  signal?.addEventListener('abort', aborted, { once: true });
  const subscription = await log.watch(
    'RUN',
    { fromSeq: (last + 1) as StreamSeq, runId },
    ({ event, time }) => {
      const stop = answer(event, time);
      if (stop) tell(stop);
    },
  );
  void subscription.closed.then(() => tell(undefined));
  try {
    if (signal?.aborted) aborted();
    return await told;
  } finally {
    signal?.removeEventListener('abort', aborted);
    await subscription.close();
  }
}

/** An end holds for good; a halt until the run goes on. */
function next(
  held: Stop | undefined,
  event: RunEvent,
  at: RunEndView['at'],
  orHalted: boolean,
): Stop | undefined {
  if (held && held.status !== 'halted') return held;
  if (orHalted && event.type === 'RunHalted') return { status: 'halted', error: event.error };
  return endOf(event, at) ?? (event.type === 'RunResumed' ? undefined : held);
}
