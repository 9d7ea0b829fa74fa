import type { Buckets } from '#libs/key-values';
import {
  AmbiguousError,
  CACHE_BUCKET,
  CancelledError,
  cacheKeyOf,
  OperationTimeoutError,
  RESULTS_BUCKET,
  resultKeyOf,
  toErrorRecord,
  type KeptResult,
} from '#libs/operations';
import { millis } from '#libs/run-log';
import type { FlowRunId, Outcome, RunEvent, RunLog, StoredInRun, TaskScheduled } from '#libs/run-log';
import { NOT_RUNNING, type PlayedOperation, type PlayedRun } from './played-operation.js';
import type { VirtualClock } from './virtual-clock.js';

/** By the operation's name, or by service and name (`mail.send`) where two services have one of the same name. */
export type PlayedOperations = Readonly<Record<string, PlayedOperation>>;

/** Plays the services whose operations the tasks of flows run: in this process, by the environment's clock. */
export class PlayedServices {
  private readonly stops = new Map<string, AbortController>();
  private readonly cancelled = new Map<string, string>();
  /** Handlers that do something, as opposed to those that wait for the clock or to be stopped. */
  private busy = 0;

  constructor(
    private readonly log: RunLog,
    private readonly buckets: Buckets,
    private readonly clock: VirtualClock,
    private readonly operations: PlayedOperations,
  ) {}

  get atWork(): boolean {
    return this.busy > 0;
  }

  /** Takes note of what the log says, in its order. `failed` is told of what is wrong with the playing itself. */
  take({ event, runId }: StoredInRun<RunEvent>, failed: (failure: unknown) => void): void {
    if (event.type === 'TaskScheduled') this.whileBusy(() => this.run(event, runId)).catch(failed);
    else if (event.type === 'TasksCancelled') {
      for (const taskRunId of event.taskRunIds) {
        this.cancelled.set(taskRunId, event.reason);
        this.stops.get(taskRunId)?.abort(new CancelledError(event.reason));
      }
    }
  }

  private async run(task: TaskScheduled, runId: FlowRunId): Promise<void> {
    const { service, operation, taskRunId, attempt } = task;
    const played = this.operations[`${service}.${operation}`] ?? this.operations[operation];
    if (played === NOT_RUNNING) return;
    const claims = task.startBy !== undefined || task.execution === 'at-most-once';
    const holder = `played ${service}`;
    if (claims) {
      const claim = { taskRunId, attempt, holder, nonce: `${taskRunId}-${attempt}` };
      await this.log.claim(runId, { type: 'TaskClaimed', ...claim });
    }
    const startedAt = millis(this.clock.now());
    const outcome = await this.outcomeOf(task, runId, played);
    await this.keep(task, runId, outcome);
    const finishedAt = millis(this.clock.now());
    const times = { startedAt, finishedAt, deliveries: 1, by: holder };
    await this.log.outcome(runId, { type: 'TaskFinished', taskRunId, attempt, operation, ...times, outcome });
  }

  private async outcomeOf(
    task: TaskScheduled,
    runId: FlowRunId,
    played: Exclude<PlayedOperation, typeof NOT_RUNNING> | undefined,
  ): Promise<Outcome> {
    const reason = this.cancelled.get(task.taskRunId);
    if (reason !== undefined) return { status: 'cancelled', reason };
    const known = task.cache && (await this.buckets.open(CACHE_BUCKET).get(cacheKeyOf(task, task.cache.key)));
    if (known) return { status: 'success', result: (known.value as KeptResult).result, cached: true };
    if (!played) {
      const message = `the environment was given no operation ${task.operation} of service ${task.service}`;
      return { status: 'failed', error: { code: 'test/no-operation', message, disposition: 'terminal' } };
    }
    const stop = new AbortController();
    this.stops.set(task.taskRunId, stop);
    const { timeoutMs } = task;
    const inTime =
      timeoutMs === undefined
        ? () => undefined
        : this.clock.after(timeoutMs, () => stop.abort(new OperationTimeoutError(task.operation, timeoutMs)));
    try {
      const answer = typeof played === 'function' ? this.call(played, task, runId, stop.signal) : played;
      const result: unknown = await Promise.race([answer, rejectedOn(stop.signal)]);
      return verdictOn(task, JSON.parse(JSON.stringify(result ?? {})));
    } catch (error) {
      if (!stop.signal.aborted) return { status: 'failed', error: untraced(error) };
      return stoppedBy(task, stop.signal.reason as Error);
    } finally {
      inTime();
      this.stops.delete(task.taskRunId);
    }
  }

  private async call(
    handler: (input: never, run: PlayedRun) => unknown,
    task: TaskScheduled,
    runId: FlowRunId,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { taskRunId, attempt, idempotencyKey, actor, flags } = task;
    return handler(task.input as never, {
      taskRunId,
      flowRunId: runId,
      attempt,
      idempotencyKey,
      actor,
      flags,
      signal,
      sleep: (seconds) =>
        this.whileIdle(
          () =>
            new Promise<void>((resolve) => {
              const drop = this.clock.after(seconds * 1_000, resolve);
              signal.addEventListener('abort', () => (drop(), resolve()), { once: true });
            }),
        ),
      untilStopped: () => this.whileIdle(() => rejectedOn(signal)),
    });
  }

  private async keep(task: TaskScheduled, flowRunId: FlowRunId, outcome: Outcome): Promise<void> {
    if (outcome.status !== 'success' || task.flags.dryRun) return;
    const { taskRunId, cache, resultName, actor } = task;
    const kept: KeptResult = { result: outcome.result, taskRunId, flowRunId, keptAt: this.clock.now() };
    if (cache && !outcome.cached) {
      const life = cache.expirationSeconds === undefined ? {} : { ttlMs: cache.expirationSeconds * 1_000 };
      await this.buckets.open(CACHE_BUCKET).put(cacheKeyOf(task, cache.key), kept, life);
    }
    if (resultName === undefined) return;
    const key = resultKeyOf(actor.userId, resultName, task.flags.testMode);
    await this.buckets.open(RESULTS_BUCKET).put(key, kept);
  }

  private async whileBusy(work: () => Promise<void>): Promise<void> {
    this.busy++;
    try {
      await work();
    } finally {
      this.busy--;
    }
  }

  private async whileIdle<T>(wait: () => Promise<T>): Promise<T> {
    this.busy--;
    try {
      return await wait();
    } finally {
      this.busy++;
    }
  }
}

function rejectedOn(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const tell = (): void => reject(signal.reason as Error);
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });
  aborted.catch(() => undefined);
  return aborted;
}

function verdictOn({ operation }: TaskScheduled, result: unknown): Outcome {
  const unsuccessful = result instanceof Object && 'success' in result && result.success === false;
  if (!unsuccessful) return { status: 'success', result };
  const message = `${operation} answered success: false`;
  return {
    status: 'failed',
    result,
    error: { code: 'operation/unsuccessful', message, disposition: 'terminal' },
  };
}

/** Stopped in the middle, a thing that may happen only once may have happened. */
function stoppedBy({ operation, execution }: TaskScheduled, reason: Error): Outcome {
  if (execution === 'at-most-once')
    return { status: 'failed', error: untraced(new AmbiguousError(operation, reason.message)) };
  return reason instanceof CancelledError
    ? { status: 'cancelled', reason: reason.reason }
    : { status: 'failed', error: untraced(reason) };
}

/** Where in a test an error came up would make every recorded history another one. */
function untraced(error: unknown) {
  const { traceback: _, ...record } = toErrorRecord(error);
  return record;
}
