import { subscriptionOf, type Subscription } from '#libs/run-log';
import { durableReader, type ReaderOptions } from '../firing/durable-reader.js';
import type { BrokerRunLog, DeploymentStore } from '../store/deployment-store.js';
import type { EventRouter } from './event-router.js';
import { EVENTS, type EventStream } from './event-stream.js';
import { EVENT_ROOT, readEvent } from './read-event.js';

/** Pulls what was said, and shares that work with all orchestrators. */
export async function serveEvents(
  { connection }: Pick<BrokerRunLog, 'connection'>,
  { publisher }: Pick<DeploymentStore, 'publisher'>,
  events: EventStream,
  router: EventRouter,
  options: ReaderOptions = {},
): Promise<Subscription> {
  const puller = durableReader(
    { stream: EVENTS, name: 'deployments-events', filter: `${EVENT_ROOT}.>`, slots: 64 },
    {
      connection,
      publisher,
      setUp: () => events.setUp(),
      handle: (message) => router.said(readEvent(message, events.epoch), message.time),
    },
    options,
  );
  await puller.start();
  return subscriptionOf(() => puller.stop());
}
