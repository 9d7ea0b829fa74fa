import { createHash } from 'node:crypto';
import type { Buckets, Key } from '#libs/key-values';
import type { Actor } from '#libs/run-log';
import type { OperationContract } from '../contract.js';
import { RetryableError, TerminalError } from '../errors.js';
import { Backlog } from './backlog.js';
import type { OperationLimit } from './operation-limit.js';
import { RateTokens } from './rate-tokens.js';
import type { SlotLease } from './slot-lease.js';
import { SlotLeases } from './slot-leases.js';
import type { Stop } from '../stop.js';

/** Where leases and turns are kept. */
export const LIMITS_BUCKET = 'LIMITS';

export interface LimiterOptions {
  readonly buckets: Buckets;
  /** How long a place outlives the last renewal of its holder. */
  readonly leaseMs: number;
  /** Milliseconds of Unix time. */
  readonly now?: () => number;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Who wants to begin. */
export interface Applicant {
  /** The checked input. */
  readonly input: object;
  readonly actor: Actor;
  /** The same again when it comes back for the same attempt. */
  readonly holder: string;
  /** Whether it will come back by itself at the time that it is told. */
  readonly comesBack: boolean;
  /** Stopped when a place that it holds is lost. */
  readonly stop: Stop;
}

export type Admission =
  | { readonly admitted: true; release(): Promise<void> }
  /** `limit` is the one that has no room; `until` a time in milliseconds of Unix time. */
  | { readonly admitted: false; readonly until: number; readonly limit: string };

/**
 * Holds the keyed limits of contracts, over all processes, by values that every process sees.
 *
 * 1. All limits or none: who finds no room at one gives back the places taken at the others.
 * 2. Places come before turns, for a turn that was taken cannot be given back.
 * 3. Nothing is held while waiting: who is not admitted is told when to come again.
 */
export class Limiter {
  private readonly leases: SlotLeases;
  private readonly tokens: RateTokens;
  private readonly backlog: Backlog;
  private readonly now: () => number;

  constructor({ buckets, leaseMs, now = () => Date.now(), random }: LimiterOptions) {
    const values = buckets.open(LIMITS_BUCKET);
    this.now = now;
    this.leases = new SlotLeases(values, leaseMs, random);
    this.tokens = new RateTokens(values, now);
    this.backlog = new Backlog(random);
  }

  /** Throws TerminalError where a limit's key cannot be made, and what the key-values throw. */
  async admit(contract: OperationContract, applicant: Applicant): Promise<Admission> {
    const limits = contract.limits.map((limit) => ({ limit, scope: scopeOf(contract, limit, applicant) }));
    const held: SlotLease[] = [];
    const release = async (): Promise<void> => {
      await Promise.all(held.splice(0).map((lease) => lease.giveBack()));
    };
    try {
      for (const { limit, scope } of limits) {
        if (limit.concurrency === undefined) continue;
        const { holder, stop } = applicant;
        const name = scope.join('/');
        const lease = await this.leases.take([...scope, 'slot'], limit.concurrency, holder, stop);
        if (!lease) {
          await release();
          return { admitted: false, until: this.now() + this.backlog.noRoom(name), limit: limit.name };
        }
        held.push(lease);
        this.backlog.room(name);
      }
      const wait = await this.takeTurns(limits, applicant);
      if (!wait) return { admitted: true, release };
      await release();
      return { admitted: false, ...wait };
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** Takes a turn at every rate; undefined where all are due. Otherwise keeps them, and says when the last one is. */
  private async takeTurns(
    limits: readonly { readonly limit: OperationLimit; readonly scope: Key }[],
    { holder, comesBack }: Applicant,
  ): Promise<{ readonly until: number; readonly limit: string } | undefined> {
    const turns: { readonly scope: Key; readonly at: number; readonly name: string }[] = [];
    for (const { limit, scope } of limits) {
      if (!limit.rate) continue;
      const at = await this.tokens.turn(scope, limit.rate, { holder, reserve: comesBack });
      turns.push({ scope, at, name: limit.name });
      if (at > this.now() && !comesBack) break;
    }
    const last = turns.reduce((latest, turn) => (turn.at > (latest?.at ?? 0) ? turn : latest), turns[0]);
    if (!last) return undefined;
    if (last.at <= this.now()) {
      if (comesBack) await Promise.all(turns.map(({ scope }) => this.tokens.redeem(scope, holder)));
      return undefined;
    }
    if (comesBack) await Promise.all(turns.map(({ scope, at }) => this.tokens.promise(scope, holder, at)));
    return { until: Math.ceil(last.at), limit: last.name };
  }
}

/** There is no room for a direct call, which nobody brings back by itself. */
export class RateLimitedError extends RetryableError {
  constructor(
    readonly operation: string,
    readonly limit: string,
    retryAfterMs: number,
  ) {
    super(
      'operation/rate-limited',
      `${operation} is at its limit ${limit}; there may be room in ${retryAfterMs} ms`,
      retryAfterMs,
    );
  }
}

/** Keys may be long, or say something about a person: what is kept is their hash. */
function scopeOf(contract: OperationContract, limit: OperationLimit, { input, actor }: Applicant): Key {
  let key: string;
  try {
    key = String(limit.key(input, actor));
  } catch (cause) {
    throw new TerminalError(
      'operation/bad-limit-key',
      `the limit ${limit.name} of ${contract.name} could not make its key`,
      undefined,
      { cause },
    );
  }
  return ['keyed', contract.service, limit.name, createHash('sha256').update(key).digest('base64url')];
}
