import type { BrokerAccess, JetStreamRunLog } from '#libs/run-log';
import type { AlertSettings } from './alerts/alert-settings.js';
import type { Clock } from './projection/clock.js';
import type { Tally } from './projection/tally.js';
import type { RetentionSettings } from './retention/retention-settings.js';

/** What the audit needs to be told. */
export interface AuditConfig {
  /** `nats://[user:password@]host:port`, several separated by commas. */
  readonly natsUrl: string;
  /** How to sign in there, where the address does not say it. */
  readonly access?: BrokerAccess;
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
  /** How long what is kept where; `RETENTION` where it is left out. */
  readonly retention?: RetentionSettings;
  /** How alerts leave the house; `ALERTS` where it is left out. */
  readonly alerts?: AlertSettings;
}

/** What the parts of the app are given. */
export interface AuditParts {
  readonly log: JetStreamRunLog;
  readonly clock: Clock;
  readonly tally: Tally;
  readonly me: string;
  readonly lostEveryMs: number;
  readonly retention: RetentionSettings;
  readonly alerts: AlertSettings;
}

export const AUDIT_PARTS = Symbol('AUDIT_PARTS');
