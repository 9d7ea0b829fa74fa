import { AsyncLocalStorage } from 'node:async_hooks';
import { context, createContextKey } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';

const SERVICE = createContextKey('service of this process');
/** The same for log lines: without an SDK contexts are carried nowhere. */
const services = new AsyncLocalStorage<string>();

/**
 * Runs `start` so that every span and log line made by it, and by whatever it sets going, carries this service's name.
 * For processes that host several services; a process of one service does not need it.
 */
export function asService<T>(service: string, start: () => T): T {
  return services.run(service, () => context.with(context.active().setValue(SERVICE, service), start));
}

/** Names the service whose code runs, where a process hosts several. */
export const currentService = (): string | undefined => services.getStore();

/** Names the service that a context belongs to. */
export function serviceOf(active: Context): string | undefined {
  const service = active.getValue(SERVICE);
  return typeof service === 'string' ? service : undefined;
}
