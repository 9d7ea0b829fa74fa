import type { Actor } from '#libs/run-log';

/** So many begin in so much time. */
export interface RateLimit {
  readonly limit: number;
  readonly perSeconds: number;
  /** How many may begin at once after a quiet time; `limit` by default. */
  readonly burst?: number;
}

/**
 * A limit of its own for each key, over all processes together. At the limit a task is deferred and a direct call is
 * refused with `operation/rate-limited`. Operations of a service whose limits have the same name share it.
 */
export interface OperationLimit<I extends object = object> {
  /** snake_case. */
  readonly name: string;
  /** Tells whose limit it is: a user, a host. Called with the checked input; must not have effects. */
  key(input: I, actor: Actor): string;
  /** How many may run at once. The place of a process that died is free again after the ack wait. */
  readonly concurrency?: number;
  /** How many may begin. Those that have to wait get their turn in the order in which they came. */
  readonly rate?: RateLimit;
}

const MOST_SLOTS = 1_000;

/** Throws TypeError for limits that make no sense. */
export function checkLimits(
  operation: string,
  limits: readonly OperationLimit<never>[],
  isName: (text: string) => boolean,
): void {
  const seen = new Set<string>();
  for (const limit of limits) {
    const { name, concurrency, rate } = limit;
    const refuse = (why: string): never => {
      throw new TypeError(`operation ${operation}, limit ${JSON.stringify(name)}: ${why}`);
    };
    if (!isName(name)) refuse('expected a name in snake_case, at most 64 characters');
    if (seen.has(name)) refuse('there are two of this name');
    seen.add(name);
    if (typeof limit.key !== 'function') refuse('expected a key made from input and actor');
    if (concurrency === undefined && rate === undefined) refuse('expected a concurrency or a rate');
    if (concurrency !== undefined && !(isCount(concurrency) && concurrency <= MOST_SLOTS))
      refuse(`a concurrency is a whole number from 1 to ${MOST_SLOTS}`);
    if (!rate) continue;
    if (!isCount(rate.limit)) refuse('the limit of a rate is a whole number from 1');
    if (!(Number.isFinite(rate.perSeconds) && rate.perSeconds > 0)) refuse('perSeconds is more than 0');
    if (rate.burst !== undefined && !isCount(rate.burst)) refuse('a burst is a whole number from 1');
  }
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
