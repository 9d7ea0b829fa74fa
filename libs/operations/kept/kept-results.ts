import { createHash } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import type { Buckets, Key, KeyValues } from '#libs/key-values';
import type { Execution, FlowRunId, Outcome, ResultRef, TaskTerms } from '#libs/run-log';
import { countUnkept } from '../figures.js';
import { GaveUpError, keepTrying } from '../keep-trying.js';

/** Where successes lie that are the answer to a task with the same cache key. */
export const CACHE_BUCKET = 'CACHE';
/** Where successes lie that later runs may read by name. */
export const RESULTS_BUCKET = 'RESULTS';

/** A success as it is kept, and which task run it came from. */
export interface KeptResult {
  readonly result: unknown;
  readonly resultRefs?: readonly ResultRef[];
  readonly taskRunId: string;
  readonly flowRunId: string;
  /** Milliseconds of Unix time. */
  readonly keptAt: number;
}

type Task = Execution & TaskTerms;
type Success = Extract<Outcome, { status: 'success' }>;

/** Test data never answers for real data, nor the other way. */
const side = (testMode: boolean | undefined): string => (testMode ? 'test' : 'real');
const LONGEST_NAME = 200;
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Names what a task's cache key stands for: its user, operation and contract version are part of it. */
export function cacheKeyOf(task: Execution, key: string): Key {
  const { actor, service, operation, contractVersion, flags } = task;
  const said = JSON.stringify([actor.userId, service, operation, contractVersion, key]);
  return [side(flags.testMode), hash(said)];
}

/** Names a kept result. A name of more than 200 characters goes by its hash. */
export function resultKeyOf(userId: string, name: string, testMode?: boolean): Key {
  return [side(testMode), userId, name.length <= LONGEST_NAME ? name : `#${hash(name)}`];
}

/** Reads what a task has kept for this user under a name. Throws KeyValuesUnavailableError. */
export async function readResult(
  buckets: Buckets,
  userId: string,
  name: string,
  options: { readonly testMode?: boolean } = {},
): Promise<{ readonly found: boolean; readonly value: unknown }> {
  const stored = await buckets.open(RESULTS_BUCKET).get(resultKeyOf(userId, name, options.testMode));
  if (!stored) return { found: false, value: undefined };
  return { found: true, value: (stored.value as KeptResult).result };
}

/**
 * Keeps successes of tasks, and finds them again.
 *
 * 1. Only what was really run is kept: no dry run, and a cached answer not a second time in the cache.
 * 2. It is kept as it is recorded, without sensitive values.
 * 3. The cache is a convenience: where it cannot be read or written the task runs as if there were none. A result
 *    with a name is a promise, and is tried until it is kept.
 */
export class KeptResults {
  private readonly cache: KeyValues;
  private readonly results: KeyValues;

  constructor(
    buckets: Buckets,
    private readonly logger: LoggerService,
  ) {
    this.cache = buckets.open(CACHE_BUCKET);
    this.results = buckets.open(RESULTS_BUCKET);
  }

  /** Finds the answer to a task that was given before. */
  async find(task: Task): Promise<Success | undefined> {
    if (!task.cache) return undefined;
    try {
      const stored = await this.cache.get(cacheKeyOf(task, task.cache.key));
      if (!stored) return undefined;
      const { result, resultRefs } = stored.value as KeptResult;
      return { status: 'success', result, cached: true, ...(resultRefs ? { resultRefs } : {}) };
    } catch (error) {
      countUnkept(task.operation);
      this.logger.warn(`the cache of ${task.operation} cannot be read, so it runs: ${String(error)}`);
      return undefined;
    }
  }

  /** Keeps an outcome under the names that its task gave it. Throws GaveUpError once `until` is aborted. */
  async keep(task: Task, flowRunId: FlowRunId, outcome: Outcome, until: AbortSignal): Promise<void> {
    if (outcome.status !== 'success' || task.flags.dryRun) return;
    const { result, resultRefs, cached } = outcome;
    const kept: KeptResult = {
      result,
      ...(resultRefs ? { resultRefs } : {}),
      taskRunId: task.taskRunId,
      flowRunId,
      keptAt: Date.now(),
    };
    const { cache, resultName } = task;
    await Promise.all([
      cache && !cached ? this.keepInCache(task, cache, kept) : undefined,
      resultName === undefined ? undefined : this.keepUnderName(task, resultName, kept, until),
    ]);
  }

  private async keepInCache(task: Task, cache: NonNullable<Task['cache']>, kept: KeptResult): Promise<void> {
    const { key, expirationSeconds } = cache;
    const life = expirationSeconds === undefined ? {} : { ttlMs: expirationSeconds * 1_000 };
    try {
      await this.cache.put(cacheKeyOf(task, key), kept, life);
    } catch (error) {
      countUnkept(task.operation);
      this.logger.warn(`the result of ${task.operation} could not be cached: ${String(error)}`);
    }
  }

  private async keepUnderName(task: Task, name: string, kept: KeptResult, until: AbortSignal): Promise<void> {
    const key = resultKeyOf(task.actor.userId, name, task.flags.testMode);
    try {
      await keepTrying(() => this.results.put(key, kept), until);
    } catch (error) {
      if (error instanceof GaveUpError) throw error;
      countUnkept(task.operation);
      this.logger.warn(`the result of ${task.operation} could not be kept as ${name}: ${String(error)}`);
    }
  }
}
