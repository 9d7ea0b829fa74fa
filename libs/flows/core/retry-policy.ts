import type { ErrorRecord } from '#libs/run-log';

/** When a task is tried again. */
export interface RetryPolicy {
  /** Tries after the first one. */
  readonly retries: number;
  readonly delaySeconds: number;
  /** 1: every delay is the same; 2: each is twice the one before. */
  readonly backoffFactor: number;
  readonly maxDelaySeconds: number;
  /** Up to this share of the delay is added by chance, so that many runs do not come back at one instant. */
  readonly jitterFactor: number;
  /** Whether an answer `success: false` is tried again too; otherwise the flow gets it as a value. */
  readonly retryOnUnsuccessful: boolean;
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
  return attempt <= policy.retries && error.disposition === 'retry';
}

/** The wait before attempt `attempt + 1`, in milliseconds; never less than what the other side asked for. */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: number,
  error: ErrorRecord,
  random: () => number,
): number {
  const base = Math.min(policy.delaySeconds * policy.backoffFactor ** (attempt - 1), policy.maxDelaySeconds);
  const jittered = base * (1 + policy.jitterFactor * random());
  return Math.max(Math.round(jittered * 1_000), error.retryAfterMs ?? 0);
}
