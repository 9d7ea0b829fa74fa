import type { Meter } from '@opentelemetry/api';

let meter: Meter | undefined;
const listeners = new Set<() => void>();

/** Gives what the process's figures go to; undefined while nobody collects them. */
export const currentMeter = (): Meter | undefined => meter;

/**
 * Lets figures go to a meter, or nowhere. It is not made OpenTelemetry's own global one: libraries that are traced
 * would add figures by host and port, of which there is no end.
 */
export function useMeter(next: Meter | undefined): void {
  meter = next;
  for (const listener of listeners) listener();
}

/** Calls back whenever figures begin to go elsewhere. */
export const onMeterChange = (listener: () => void): void => void listeners.add(listener);
