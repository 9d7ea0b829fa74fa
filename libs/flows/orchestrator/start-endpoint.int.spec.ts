import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { connectRunLog, flowRunId, type JetStreamRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { FlowClient, flow } from '../index.js';
import { SampleDto } from '../testing/sample-operations.js';
import { FlowRegistry } from './registry.js';
import { serveStarts, type StartReply } from './start-endpoint.js';

let log: JetStreamRunLog;
let endpoint: { close(): Promise<void> };
let client: FlowClient;

beforeAll(async () => {
  log = await connectRunLog({ ...testNats(), name: 'spec' });
  const registry = new FlowRegistry([
    flow(
      { name: 'greet', aliases: ['hail'], description: 'A flow under test.', input: SampleDto },
      async () => 'hi',
    ),
  ]);
  endpoint = await serveStarts(log.connection, log, registry);
  client = new FlowClient(log.connection, log);
});

afterAll(async () => {
  await endpoint.close();
  await log.close();
});

async function ask(
  flowName: string,
  body: string | Uint8Array,
  meta: Record<string, string> = {},
): Promise<StartReply> {
  const h = headers();
  for (const [name, value] of Object.entries(meta)) h.set(name, value);
  return (
    await log.connection.request(`workflows.start.${flowName}`, body, { headers: h, timeout: 5_000 })
  ).json<StartReply>();
}

const startOf = async (reply: StartReply) => {
  if ('error' in reply) throw new Error(reply.error.message);
  const { events } = await log.readRun(flowRunId(reply.runId));
  return events[0]!.event;
};

describe('a plain message that starts a flow', () => {
  it('is answered with the run’s id, once the request is stored', async () => {
    const reply = await ask('greet', '{"value": "x"}');
    expect(reply).toMatchObject({ flow: 'greet', existing: false });
    expect(await startOf(reply)).toMatchObject({
      type: 'StartRequested',
      input: { value: 'x' },
      actor: { userId: 'local', channel: 'nats' },
    });
  });

  it('may use an alias and need no body', async () => {
    expect(await ask('hail', '')).toMatchObject({ flow: 'greet' });
  });

  it('says by headers who asks, how, and under which key', async () => {
    const meta = {
      'User-Id': 'someone',
      Channel: 'cli',
      Tags: 'a, b',
      'Dry-Run': 'true',
      'Idempotency-Key': 'k1',
    };
    const first = await ask('greet', '{}', meta);
    expect(await startOf(first)).toMatchObject({
      actor: { userId: 'someone', channel: 'cli' },
      tags: ['a', 'b'],
      flags: { dryRun: true },
      idempotencyKey: 'k1',
    });
    expect(await ask('greet', '{}', meta)).toEqual({ ...first, existing: true });
    expect(await ask('greet', '{"value": "other"}', meta)).toMatchObject({
      error: { code: 'flow/idempotency-conflict' },
    });
  });

  it.each([
    [
      'a flow that there is not',
      'greeet',
      '{}',
      { code: 'flow/unknown', fields: [{ field: 'flow', value: 'greeet' }] },
    ],
    [
      'a field of the wrong type',
      'greet',
      '{"value": 3}',
      { code: 'flow/invalid-input', fields: [{ field: 'value', value: 3 }] },
    ],
    [
      'a field that there is not',
      'greet',
      '{"valeu": "x"}',
      { code: 'flow/invalid-input', fields: [{ field: 'valeu' }] },
    ],
    [
      'a body that is no JSON',
      'greet',
      '{"value":',
      { code: 'flow/invalid-input', fields: [{ field: 'body' }] },
    ],
    ['a body that is a list', 'greet', '[]', { code: 'flow/invalid-input', fields: [{ field: 'body' }] }],
    [
      'a body that is no UTF-8',
      'greet',
      new Uint8Array([0x22, 0xff, 0x22]),
      { code: 'flow/invalid-input', fields: [{ field: 'body' }] },
    ],
  ])('is told what is wrong with %s', async (_what, name, body, error) => {
    expect(await ask(name, body)).toMatchObject({ error });
  });

  it('is told which header is wrong', async () => {
    expect(await ask('greet', '{}', { 'Dry-Run': 'perhaps' })).toMatchObject({
      error: { message: 'header Dry-Run: "perhaps" was refused, expected true or false' },
    });
  });
});

describe('the client', () => {
  const actor = { userId: 'local', channel: 'api' } as const;

  it('starts a flow and hands over trace and key', async () => {
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` };
    const { runId } = await client.start('greet', {}, { actor, trace, idempotencyKey: 'k2' });
    const { events } = await log.readRun(runId);
    expect(events[0]).toMatchObject({ trace, event: { idempotencyKey: 'k2' } });
  });

  it('throws what the orchestrator refused, fields and all', async () => {
    await expect(client.start('greet', { value: 1 }, { actor })).rejects.toMatchObject({
      code: 'flow/invalid-input',
      fields: [{ field: 'value' }],
    });
    await expect(client.start('no such flow', {}, { actor })).rejects.toMatchObject({ code: 'flow/unknown' });
  });

  it('says so when no orchestrator is there', async () => {
    const alone = await connectRunLog({ ...testNats(), name: 'alone' });
    await expect(new FlowClient(alone.connection, alone).start('greet', {}, { actor })).rejects.toMatchObject(
      {
        code: 'flow/no-orchestrator',
        disposition: 'retry',
      },
    );
    await alone.close();
  });
});
