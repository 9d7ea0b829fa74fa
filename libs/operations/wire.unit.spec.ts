import { describe, expect, it } from '@jest/globals';
import { Send } from './testing/sample-contracts.js';
import { readRequest } from './wire.js';

const read = (said: unknown) => readRequest(Send, Buffer.from(JSON.stringify(said)));

describe('a request', () => {
  it('needs only an input', () => {
    const { execution, flowRunId, parentTaskRunId } = read({ input: { a: 1 } });
    expect(execution).toMatchObject({
      input: { a: 1 },
      actor: { userId: 'anonymous', channel: 'nats' },
      contractVersion: 1,
      timeoutMs: 300_000,
      createTaskrun: true,
    });
    expect(execution.idempotencyKey).toBe(execution.taskRunId);
    expect([flowRunId, parentTaskRunId]).toEqual([null, null]);
  });

  it('never gets more time than the contract gives', () => {
    expect(read({ input: {}, timeoutMs: 9e9 }).execution.timeoutMs).toBe(300_000);
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not valid UTF-8'],
    ['text that is no JSON', Buffer.from('{"input":'), 'not JSON'],
    ['a list', Buffer.from('[]'), 'no object'],
    ['nothing', Buffer.alloc(0), 'not JSON'],
  ])('is refused when it holds %s', (_what, data, sentence) => {
    expect(() => readRequest(Send, data)).toThrow(sentence);
  });

  it.each([
    ['flags', { dry: true }],
    ['flags', { dryRun: 'yes' }],
    ['actor', { channel: 'pigeon' }],
    ['taskRunId', 'a.b'],
    ['timeoutMs', -1],
    ['tags', 'x'],
    ['inputs', {}],
  ])('is refused for a wrong %s', (field, value) => {
    expect(() => read({ input: {}, [field]: value })).toThrow(
      expect.objectContaining({
        code: 'operation/malformed-request',
        fields: [expect.objectContaining({ field })],
      }),
    );
  });
});
