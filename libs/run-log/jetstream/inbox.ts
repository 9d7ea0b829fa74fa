import { createInbox } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';

/** Names a new inbox under the prefix of the connection: its user may be allowed to listen there and nowhere else. */
export function newInbox(connection: Pick<NatsConnection, 'isClosed'>): string {
  const { options } = connection as { readonly options?: { readonly inboxPrefix?: string } };
  return createInbox(options?.inboxPrefix);
}
