import { brokerTrouble } from '#libs/run-log';
import type { Checks } from '#libs/telemetry';
import type { OperationRuntime } from './operation-runtime.js';
import type { RunLogServer } from './run-log-server.js';

/** What a service needs to do its work: the broker, readers of its tasks, and a place in the catalog. */
export function serviceChecks(runtime: OperationRuntime, server: RunLogServer): Checks {
  const { nats, catalog, contracts, service } = runtime.options;
  return {
    broker: () => brokerTrouble(nats),
    readers: () => server.trouble,
    ...(catalog
      ? {
          catalog: () => {
            const unknown = contracts.filter(({ name }) => !catalog.get(name, service));
            return unknown.length === 0
              ? undefined
              : `not registered: ${unknown.map(({ name }) => name).join(', ')}`;
          },
        }
      : {}),
  };
}
