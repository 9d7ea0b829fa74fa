import { counter, gauge } from '#libs/telemetry';

export const viewers = gauge('sse.viewers', {
  unit: '{viewer}',
  description: 'Who follows the events of a flow run at present',
});

const dropped = counter('sse.events.dropped', {
  unit: '{event}',
  description: 'Progress and log lines that viewers were not shown, for they read too slowly',
});

export const countDropped = (): void => dropped.add(1);

/** A count that is first heard of at its first rise looks as if it never rose. */
export const beginCounts = (): void => dropped.add(0);
