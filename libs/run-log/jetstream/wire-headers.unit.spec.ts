import { expect, it } from '@jest/globals';
import { headers, MsgHdrsImpl } from '@nats-io/transport-node';
import { WireHeaders } from './wire-headers.js';

it('writes what the client would write', () => {
  const record = { 'Event-Type': 'FlowStarted', 'Nats-Msg-Id': 'run-1.ü', tracestate: 'a=1,b=2' };
  const wire = new WireHeaders(record).encode();
  const theirs = headers() as MsgHdrsImpl;
  for (const [name, value] of Object.entries(record)) theirs.set(name, value);
  expect(Buffer.from(wire)).toEqual(Buffer.from(theirs.encode()));
  expect(MsgHdrsImpl.decode(wire).toRecord()).toEqual({
    'Event-Type': ['FlowStarted'],
    'Nats-Msg-Id': ['run-1.ü'],
    tracestate: ['a=1,b=2'],
  });
});
