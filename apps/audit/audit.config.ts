import type { RunLog } from '#libs/run-log';
import type { Clock } from './projection/clock.js';
import type { Tally } from './projection/tally.js';

/** What the audit needs to be told. */
export interface AuditConfig {
  /** `nats://[user:password@]host:port`, several separated by commas. */
  readonly natsUrl: string;
  /** Names the database too. */
  readonly mongoUri: string;
  /** How long closing waits for what is in hand. */
  readonly graceMs?: number;
  /** How soon the questions that a dead audit had in hand go to another, in milliseconds. */
  readonly ackWaitMs?: number;
  /** Copies of the run log in a cluster. */
  readonly replicas?: number;
  readonly clock?: Clock;
  /** How often to look for direct calls that were lost. */
  readonly lostEveryMs?: number;
}

/** What the parts of the app are given. */
export interface AuditParts {
  readonly log: RunLog;
  readonly clock: Clock;
  readonly tally: Tally;
  readonly me: string;
  readonly lostEveryMs: number;
}

export const AUDIT_PARTS = Symbol('AUDIT_PARTS');
