import { checkIn } from './claim-check.js';
import type { BodyLimits, BodyStore } from './claim-check.js';
import { encodeBody, eventHeaders } from './codec.js';
import type { AnyEvent } from './codec.js';
import type { HeaderRecord } from './headers.js';
import type { TraceContext } from './run-log.js';

/** A message on its way to a stream. */
export interface Outgoing {
  readonly subject: string;
  readonly headers: HeaderRecord;
  readonly body: Uint8Array;
}

/** Makes messages out of events; a large body is stored first. */
export class Envelopes {
  constructor(
    private readonly bodies: BodyStore,
    private readonly limits: BodyLimits,
  ) {}

  /** Answers at once for a body that fits into the message. Throws BodyTooLargeError. */
  seal(
    subject: string,
    folder: string,
    event: AnyEvent,
    trace: TraceContext | undefined,
  ): Outgoing | Promise<Outgoing> {
    const headers = eventHeaders(event, trace);
    const body = encodeBody(event);
    if (body.length <= this.limits.inline) return { subject, headers, body };
    return checkIn(this.bodies, this.limits, folder, headers, body).then((inline) => ({
      subject,
      headers,
      body: inline,
    }));
  }
}
