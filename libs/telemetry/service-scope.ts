import { context, createContextKey } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';

const SERVICE = createContextKey('service of this process');

/**
 * Runs `start` so that every span made by it, and by whatever it sets going, carries this service's name. For
 * processes that host several services; a process of one service does not need it. Costs nothing without an SDK.
 */
export function asService<T>(service: string, start: () => T): T {
  return context.with(context.active().setValue(SERVICE, service), start);
}

/** Names the service that a context belongs to. */
export function serviceOf(active: Context): string | undefined {
  const service = active.getValue(SERVICE);
  return typeof service === 'string' ? service : undefined;
}
