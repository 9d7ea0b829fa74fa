import { describe, expect, it } from '@jest/globals';
import { headers as newHeaders } from '@nats-io/transport-node';
import type { Msg } from '@nats-io/transport-node';
import { rawHeaders } from './raw-headers.js';

const WIRE = 'NATS/1.0\r\nEvent-Type: FlowStarted\r\nNats-Msg-Id:abc\r\nX-Event-Type: other\r\n\r\n';

/** A message as the client holds it: headers and body in one piece of memory. */
function message(wire: string, body: string, more: object = {}): Msg {
  const piece = Buffer.from(wire + body);
  return {
    subject: 'run.1.café.in.outcome',
    reply: '$JS.ACK.x',
    data: piece.subarray(wire.length),
    size: () => Buffer.byteLength('run.1.café.in.outcome') + '$JS.ACK.x'.length + piece.length,
    get headers(): never {
      throw new Error('the map of all headers was made');
    },
    ...more,
  } as unknown as Msg;
}

describe('the headers of a message', () => {
  it('are read by name out of the bytes before the body', () => {
    const read = rawHeaders(message(WIRE, '{"a":"\r\nBody-Ref: no"}'));
    expect(['Event-Type', 'Nats-Msg-Id', 'Body-Ref', 'Type'].map(read)).toEqual([
      'FlowStarted',
      'abc',
      undefined,
      undefined,
    ]);
  });

  it('are asked of the client where the bytes are not as expected', () => {
    const headers = newHeaders();
    headers.set('Event-Type', 'FlowFailed');
    for (const odd of [
      { headers, size: undefined },
      { headers, size: () => 3 },
      { headers, data: Buffer.from('{}') },
    ]) {
      const told = { ...message(WIRE, '{}', { headers }), ...odd } as Msg;
      expect(rawHeaders(told)('Event-Type')).toBe('FlowFailed');
    }
  });
});
