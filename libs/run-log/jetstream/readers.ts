import type { NatsConnection } from '@nats-io/transport-node';
import type { BodyStore } from '../claim-check.js';
import type { StreamName } from '../run-log.js';
import type { ReaderReports } from '../undecodable.js';
import type { Consumers } from './consumers.js';
import { Inbound } from '../inbound.js';
import type { Link } from './link.js';
import type { Outbox } from './outbox.js';
import type { Streams } from './set-up.js';

/** What every reader is made of. */
export interface ReaderParts {
  readonly connection: NatsConnection;
  readonly link: Link;
  readonly outbox: Outbox;
  readonly streams: Streams;
  readonly consumers: Consumers;
  readonly bodies: { readonly [S in StreamName]: BodyStore };
  readonly reports: ReaderReports;
}

export const inbound = <S extends StreamName>(parts: ReaderParts, stream: S): Inbound<S> =>
  new Inbound(stream, () => parts.streams.epoch(stream), parts.bodies[stream]);
