import { setImmediate as nextTurn } from 'node:timers/promises';
import { memoryBuckets, type Buckets } from '#libs/key-values';
import { createMemoryRunLog, flowRunId } from '#libs/run-log';
import type { Actor, FlowRunId, LogEntry, MemoryRunLog, RunFlags } from '#libs/run-log';
import type { FlowDefinition } from '../../flow.js';
import { startOrchestrator } from '../../orchestrator/orchestrator.js';
import { FlowRegistry } from '../../orchestrator/registry.js';
import { startRun } from '../../orchestrator/start-run.js';
import type { RunResult } from '../../steering/follow-result.js';
import { Steering } from '../../steering/steering.js';
import { viewRun } from '../../steering/view-run.js';
import type { TaskDefinition } from '../../task.js';
import type { EnvironmentParts } from './environment-parts.js';
import { PlayedServices, type PlayedOperations } from './played-services.js';
import { RunWaitsError, TestRun } from './test-run.js';
import { VirtualClock } from './virtual-clock.js';
import { watchLog } from './watched-log.js';

export interface TestEnvironmentOptions {
  readonly flows: readonly FlowDefinition[];
  /** Tasks that may be started by themselves. */
  readonly tasks?: readonly TaskDefinition[];
  /** What the tasks run, by the operation's name: a result, or a handler that makes one. */
  readonly operations?: PlayedOperations;
  /** When the environment's time begins; the first of January 2026 if left out. */
  readonly startAt?: Date;
  /**
   * Reads every run from the log again whenever something comes for it, as a new orchestrator would: a flow that depends
   * on anything outside its history is found out.
   */
  readonly replayAlways?: boolean;
}

export interface TestStart {
  readonly actor?: Actor;
  readonly flags?: RunFlags;
  readonly tags?: readonly string[];
  readonly idempotencyKey?: string;
}

export interface TestEnvironment {
  readonly log: MemoryRunLog;
  /** Where states, kept results and the cache lie. */
  readonly buckets: Buckets;
  /** What flows have written to their log, over all runs. */
  readonly lines: readonly LogEntry[];
  /** What the orchestrator has to say of itself; halts are told here. */
  readonly warnings: readonly string[];
  readonly now: () => Date;
  /** Starts a run, and lets it go on until it waits. Throws what a start throws (unknown flow, invalid input). */
  readonly start: (flow: FlowDefinition | string, input?: object, options?: TestStart) => Promise<TestRun>;
  /** A run that is known by its id, such as a child. */
  readonly run: (runId: string) => TestRun;
  /** Resolves once nothing more is to be done without time going on. */
  readonly settle: () => Promise<void>;
  /** Lets so many seconds pass; what falls due on the way happens at its moment. */
  readonly advance: (seconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const START_AT = Date.UTC(2026, 0, 1);
const SOMEONE: Actor = { userId: 'local', channel: 'api' };
/** After so many turns of the loop without anything new nothing is on its way. */
const QUIET_TURNS = 3;

/**
 * Makes a world in memory for flows to run in: the real orchestrator over a log in memory, services played in this
 * process, and a clock that leaps to the next moment at which something is due once nothing else is to be done. A sleep
 * of a year passes at once. To be closed when the test is over.
 */
export async function testEnvironment(options: TestEnvironmentOptions): Promise<TestEnvironment> {
  const clock = new VirtualClock(options.startAt?.getTime() ?? START_AT);
  const log = createMemoryRunLog({ clock });
  const buckets = memoryBuckets({ now: () => clock.now() });
  const registry = new FlowRegistry(options.flows, options.tasks);
  const services = new PlayedServices(log, buckets, clock, options.operations ?? {});
  const watched = watchLog(log);
  const lines: LogEntry[] = [];
  const warnings: string[] = [];
  const failures: unknown[] = [];
  let heard = 0;
  let started = 0;

  await log.watch('RUN', {}, (stored) => {
    heard++;
    services.take(stored, (failure) => failures.push(failure));
  });
  await log.watch('LIVE', {}, ({ event }) => {
    if (event.type === 'LogEmitted') lines.push(event.entry);
  });
  const note = (message: string): void => void warnings.push(message);
  const orchestrator = await startOrchestrator({
    log: watched.log,
    registry,
    buckets,
    logger: { warn: note, error: note },
    replayAlways: options.replayAlways ?? false,
  });

  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < QUIET_TURNS;) {
      const before = heard;
      await nextTurn();
      quiet = services.atWork || watched.inHand() > 0 || heard > before ? 0 : quiet + 1;
    }
    if (failures.length > 0) throw failures.shift();
  };

  /** Lets time leap to what is due next; false where nothing is. */
  const leap = async (until = Infinity): Promise<boolean> => {
    await settle();
    const due = clock.nextDue;
    if (due === undefined || due > until) return false;
    clock.goTo(due);
    await settle();
    return true;
  };

  const parts: EnvironmentParts = {
    log,
    steering: new Steering(log, registry),
    settle,
    endOf: async (runId) => {
      for (;;) {
        await settle();
        const end = await endSoFar(log, runId);
        if (end) return end;
        if (!(await leap())) throw new RunWaitsError(await parts.steering.describe(runId));
      }
    },
  };

  return {
    log,
    buckets,
    lines,
    warnings,
    now: () => new Date(clock.now()),
    settle,
    run: (runId) => new TestRun(runId as FlowRunId, parts),
    start: async (flow, input = {}, { actor = SOMEONE, ...more } = {}) => {
      const name = typeof flow === 'string' ? flow : flow.contract.name;
      // Counted, not drawn: the same test makes the same histories.
      const counted = more.idempotencyKey === undefined ? { runId: flowRunId(`run-${++started}`) } : {};
      const { runId } = await startRun(log, registry, { flow: name, input, actor, ...more, ...counted });
      await settle();
      return new TestRun(runId, parts);
    },
    advance: async (seconds) => {
      await settle();
      const until = clock.now() + seconds * 1_000;
      while (await leap(until));
      clock.goTo(until);
      await settle();
    },
    close: async () => {
      await orchestrator.close();
      await log.close();
    },
  };
}

/** How the run, or the one that goes on with its work, has ended or halted; undefined where it has not. */
async function endSoFar(log: MemoryRunLog, first: FlowRunId): Promise<RunResult | undefined> {
  for (let runId = first; ;) {
    const { end, halted } = viewRun(await log.readRun(runId)) ?? {};
    if (!end) return halted && { runId, status: 'halted', error: halted.error };
    switch (end.status) {
      case 'completed':
        return { runId, status: end.status, result: end.result };
      case 'failed':
        return { runId, status: end.status, error: end.error };
      case 'cancelled':
        return { runId, status: end.status, ...(end.reason === undefined ? {} : { reason: end.reason }) };
      case 'continued':
        runId = end.nextRunId;
    }
  }
}
