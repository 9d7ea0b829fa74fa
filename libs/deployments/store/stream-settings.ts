import { nanos, type StreamSettings } from '#libs/run-log';
import { filters } from '../subjects.js';

export const STREAM = 'DEPLOYMENTS';

/** How long it is remembered that a deployment was removed, and that a run has ended. */
export const REMOVED_SECONDS = 7 * 86_400;
export const ENDED_SECONDS = 86_400;
/** How long it is remembered that an event was heard, and what is to be taken of it. */
export const HEARD_SECONDS = 7 * 86_400;

/**
 * What the stream must be like. One message a subject, so that it is as large as there are deployments; no limits of
 * its own, for a stream with schedules cannot refuse at its limit. Source: NATS ADR-51.
 */
export const streamSettings = (replicas: number): StreamSettings<typeof STREAM> => ({
  name: STREAM,
  subjects: [filters.all],
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  allow_direct: true,
  num_replicas: replicas,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msgs_per_subject: 1,
  duplicate_window: nanos(120_000),
  allow_rollup_hdrs: true,
  allow_msg_schedules: true,
  allow_msg_ttl: true,
});
