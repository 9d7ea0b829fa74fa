import type { NatsConnection } from '@nats-io/transport-node';
import type { BodyLimits } from '../claim-check.js';
import type { StreamOptions } from '../streams.js';
import type { ReaderReports } from '../undecodable.js';
import type { BrokerAccess } from './access.js';

export interface JetStreamOptions extends StreamOptions, ReaderReports {
  /** `nats://[user:password@]host:port`, one or several; ignored when a connection is given. */
  readonly servers?: string | readonly string[];
  readonly user?: string;
  readonly pass?: string;
  /** Wins over what the address says of a user. */
  readonly access?: BrokerAccess;
  /** A connection that the caller keeps and closes itself. */
  readonly connection?: NatsConnection;
  /** Names the process on the broker's side. */
  readonly name?: string;
  /** How long one try to write or read waits for its answer, in milliseconds. */
  readonly attemptMs?: number;
  /** How long tries go on, connecting included, before LogUnavailableError, in milliseconds. */
  readonly unavailableAfterMs?: number;
  /** How long a trigger may stay unsettled before the broker hands it to another orchestrator, in milliseconds. */
  readonly partitionAckWaitMs?: number;
  /**
   * How long an orchestrator that is not heard of keeps its partitions, in milliseconds; as long as its triggers
   * unless said otherwise, but no less than a second.
   */
  readonly memberLifeMs?: number;
  /** How long a projector's lease outlives its last renewal, in milliseconds. */
  readonly leaseMs?: number;
  readonly bodyLimits?: BodyLimits;
}

export const DEFAULTS = {
  attemptMs: 2_000,
  unavailableAfterMs: 15_000,
  partitionAckWaitMs: 3_000,
  leaseMs: 6_000,
} as const;
