import type { StreamName } from './run-log.js';

export interface StreamOptions {
  /** Copies of RUN and CALLS, of their bodies and of leases in a cluster; 1 unless told otherwise. */
  readonly replicas?: number;
  /** How long CALLS keeps what it holds, in milliseconds. */
  readonly callsAgeMs?: number;
  /** How long LIVE keeps what it holds, in milliseconds. */
  readonly liveAgeMs?: number;
}

/** What we ask of a stream, in the broker's own words. */
export interface StreamSettings<Name extends string = StreamName> {
  readonly name: Name;
  readonly subjects: readonly string[];
  readonly [setting: string]: unknown;
}

const DAY_MS = 86_400_000;
const NANOS_PER_MILLI = 1_000_000;
export const nanos = (ms: number): number => Math.round(ms * NANOS_PER_MILLI);

/** Longest life of CALLS unless set otherwise. */
export const CALLS_AGE_MS = 30 * DAY_MS;

/**
 * What the three streams must be like.
 *
 * RUN has no limits of its own: a stream with schedules cannot refuse new messages at its limit, it would silently
 * drop the oldest. The server's or the account's limit refuses instead. LIVE is for watching only, so it has one
 * replica and does not wait for the disk.
 */
export function streamSettings({
  replicas = 1,
  callsAgeMs = CALLS_AGE_MS,
  liveAgeMs = 900_000,
}: StreamOptions): {
  readonly [S in StreamName]: StreamSettings;
} {
  const common = { retention: 'limits', storage: 'file', discard: 'old', allow_direct: true };
  return {
    RUN: {
      ...common,
      name: 'RUN',
      subjects: ['run.>'],
      num_replicas: replicas,
      max_msgs: -1,
      max_bytes: -1,
      max_age: 0,
      max_consumers: 10_000,
      duplicate_window: nanos(120_000),
      allow_rollup_hdrs: true,
      allow_msg_schedules: true,
      allow_msg_ttl: true,
      allow_atomic: true,
    },
    CALLS: {
      ...common,
      name: 'CALLS',
      subjects: ['call.>', 'dead.>'],
      num_replicas: replicas,
      max_bytes: -1,
      max_age: nanos(callsAgeMs),
      duplicate_window: nanos(Math.min(120_000, callsAgeMs)),
    },
    LIVE: {
      ...common,
      name: 'LIVE',
      subjects: ['live.>'],
      num_replicas: 1,
      persist_mode: 'async',
      max_age: nanos(liveAgeMs),
      max_msgs: 1_000_000,
      duplicate_window: nanos(Math.min(120_000, liveAgeMs)),
    },
  };
}
