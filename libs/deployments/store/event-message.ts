import {
  BrokerHeader,
  readTrace,
  setTrace,
  type HeaderRecord,
  type RawStored,
  type TraceContext,
} from '#libs/run-log';
import { subjects } from '../subjects.js';
import type { StoredFiring, TriggeredFiring } from '../triggers/triggered-firing.js';
import { HEARD_SECONDS } from './stream-settings.js';

const decoder = new TextDecoder();

/** Writes an event for a deployment, to be stored unless there is one under its subject. */
export function eventMessage(
  id: string,
  key: string,
  firing: TriggeredFiring,
  trace: TraceContext,
): { readonly subject: string; readonly headers: HeaderRecord; readonly body: Uint8Array } {
  const headers: HeaderRecord = {
    'Event-Type': 'DeploymentEvent',
    'Event-Version': '1',
    'Nats-TTL': `${HEARD_SECONDS}s`,
    [BrokerHeader.expectedSubjectSeq]: '0',
  };
  setTrace(headers, trace);
  return { subject: subjects.event(id, key), headers, body: Buffer.from(JSON.stringify(firing)) };
}

/** Reads the same. */
export const firingOf = ({ subject, seq, time, read, body }: RawStored): StoredFiring => ({
  ...(JSON.parse(decoder.decode(body)) as TriggeredFiring),
  seq,
  at: time,
  key: subject.slice(subject.lastIndexOf('.') + 1),
  trace: readTrace(read),
});
