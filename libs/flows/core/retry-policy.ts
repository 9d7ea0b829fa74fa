import type { ErrorRecord } from '#libs/run-log';

/** When a task is tried again. */
export interface RetryPolicy {
  /** Tries after the first one. */
  readonly retries: number;
  /** The wait before attempt `attempt + 1`, in seconds, before backoff and jitter. */
  readonly delaySeconds: number | readonly number[] | ((attempt: number, error: ErrorRecord) => number);
  /** 1: every delay is the same; 2: each is twice the one before. Counts for a single delay only. */
  readonly backoffFactor: number;
  readonly maxDelaySeconds: number;
  /** Up to this share of the delay is added by chance, so that many runs do not come back at one instant. */
  readonly jitterFactor: number;
  /** Whether an answer `success: false` is tried again too; otherwise the flow gets it as a value. */
  readonly retryOnUnsuccessful: boolean;
  /** Picks the errors after which the task is tried again; all retryable ones if left out. */
  readonly retryOn?: readonly string[] | ((error: ErrorRecord) => boolean);
}

export const NO_RETRIES: RetryPolicy = {
  retries: 0,
  delaySeconds: 0,
  backoffFactor: 1,
  maxDelaySeconds: 3_600,
  jitterFactor: 0,
  retryOnUnsuccessful: false,
};

/** Whether an attempt that failed so is tried again. `attempt` counts from 1. */
export function mayRetry(policy: RetryPolicy, attempt: number, error: ErrorRecord): boolean {
  if (attempt > policy.retries || error.disposition !== 'retry') return false;
  const { retryOn } = policy;
  if (retryOn === undefined) return true;
  return typeof retryOn === 'function' ? retryOn(error) : retryOn.includes(error.code);
}

/** The wait before attempt `attempt + 1`, in milliseconds; never less than what the other side asked for. */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: number,
  error: ErrorRecord,
  random: () => number,
): number {
  const base = Math.min(delayOf(policy, attempt, error), policy.maxDelaySeconds);
  const jittered = base * (1 + policy.jitterFactor * random());
  return Math.max(Math.round(jittered * 1_000), error.retryAfterMs ?? 0);
}

function delayOf({ delaySeconds, backoffFactor }: RetryPolicy, attempt: number, error: ErrorRecord): number {
  if (typeof delaySeconds === 'number') return delaySeconds * backoffFactor ** (attempt - 1);
  const said =
    typeof delaySeconds === 'function'
      ? delaySeconds(attempt, error)
      : (delaySeconds[attempt - 1] ?? delaySeconds.at(-1));
  return said !== undefined && said > 0 ? said : 0;
}
