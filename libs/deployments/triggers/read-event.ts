import { createHash } from 'node:crypto';
import { readTrace, type RawStored, type TraceContext } from '#libs/run-log';
import type { TriggerEvent } from '../trigger.js';

/** Events are said on `event.<type>`. */
export const EVENT_ROOT = 'event';

/** Headers of an event. Source: CloudEvents 1.0, NATS protocol binding, binary content mode. */
export const EventHeader = {
  id: 'ce-id',
  source: 'ce-source',
  time: 'ce-time',
  type: 'ce-type',
  version: 'ce-specversion',
  contentType: 'content-type',
  /** Only deployments of this user hear it. */
  user: 'Event-User',
} as const;

/** An event as it was heard. */
export interface HeardEvent {
  readonly event: TriggerEvent;
  /** Whose deployments hear it; everybody's where it is left out. */
  readonly userId?: string;
  readonly trace: TraceContext;
}

const LONGEST = 128;
const NOWHERE = 'nats';
const decoder = new TextDecoder();

/** Reads an event, whoever has said it: what its headers leave out follows from how it is stored. */
export function readEvent(
  message: Omit<RawStored, 'time'> & { readonly time: number },
  epoch: string,
): HeardEvent {
  const { subject, seq, time, read, body } = message;
  const userId = read(EventHeader.user);
  const said = Date.parse(read(EventHeader.time) ?? '');
  return {
    event: {
      id: short(read(EventHeader.id) || read('Nats-Msg-Id') || `${epoch}-${seq}`),
      type: subject.slice(EVENT_ROOT.length + 1),
      source: short(read(EventHeader.source) || NOWHERE),
      time: new Date(Number.isNaN(said) ? time : said).toISOString(),
      data: dataOf(body),
    },
    ...(userId ? { userId } : {}),
    trace: readTrace(read),
  };
}

function dataOf(body: Uint8Array): unknown {
  const text = decoder.decode(body);
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Two long ones that differ stay two. */
const short = (text: string): string =>
  text.length <= LONGEST ? text : createHash('sha256').update(text).digest('hex');
