import type { Msg } from '@nats-io/transport-node';
import type { ReadHeader } from '../headers.js';

const BEGINNING = 'NATS/1.0';

/**
 * Reads single headers out of a message as it came over the wire. The client's own `headers` makes a map of lists of
 * all of them, which costs more than all else that reading an event takes. Source: NATS ADR-4.
 */
export function rawHeaders(message: Msg): ReadHeader {
  const text = headerText(message);
  if (text === undefined) {
    const { headers } = message;
    return (name) => headers?.get(name);
  }
  return (name) => {
    const at = text.indexOf(`\r\n${name}:`);
    if (at < 0) return undefined;
    const from = at + name.length + 3;
    return text.slice(from, text.indexOf('\r\n', from)).trim();
  };
}

/**
 * The client keeps headers and body in one piece, and tells the length of both together with the subjects. Should it
 * ever not, this is undefined and its own way remains.
 */
function headerText(message: Msg): string | undefined {
  const { data, subject, reply = '' } = message;
  const size = (message as Msg & { size?(): number }).size?.() ?? 0;
  const length = size - Buffer.byteLength(subject) - Buffer.byteLength(reply) - data.length;
  if (!(length > BEGINNING.length && length <= data.byteOffset)) return undefined;
  const text = Buffer.from(data.buffer, data.byteOffset - length, length).toString('latin1');
  return text.startsWith(BEGINNING) ? text : undefined;
}
