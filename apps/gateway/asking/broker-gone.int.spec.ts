import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectRunLog, flowRunId } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import type { RunningService } from '#libs/operations';
import { ownNats } from '#libs/testing';
import { startGateway } from '../index.js';
import type { Gateway } from '../index.js';
import { startEcho } from '../testing/echo.service.js';
import { EventStream } from '../testing/event-stream.js';
import { RunScript } from '../testing/run-script.js';

let broker: Awaited<ReturnType<typeof ownNats>>;
let log: JetStreamRunLog;
let echo: RunningService;
let gateway: Gateway;
let stream: EventStream | undefined;

beforeAll(async () => {
  broker = await ownNats();
  log = await connectRunLog({ servers: broker.url });
  echo = await startEcho(log);
  gateway = await startGateway({ natsUrl: broker.url, port: 0, logLevel: 'silent', auth: { mode: 'off' } });
});

afterAll(async () => {
  await stream?.close();
  await gateway.close();
  await echo.close();
  await log.close();
  await broker.stop();
});

const whisper = (): Promise<Response> =>
  fetch(`${gateway.url}/operations/whisper`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"psst"}',
  });

/** Resolves when the service's connection is there again and the broker knows its subscriptions. */
async function serviceIsBack(): Promise<void> {
  for await (const { type } of log.connection.status()) if (type === 'reconnect') break;
  await log.connection.flush();
}

it('answers 503 with a sentence while the broker is gone, goes on when it is back, and loses no viewer', async () => {
  const script = new RunScript(log, flowRunId('r'));
  await script.start();
  await script.begin();
  stream = await EventStream.open(`${gateway.url}/flow-runs/r/events`);
  await stream.until('FlowStarted');
  expect((await whisper()).status).toBe(200);

  const back = serviceIsBack();
  await broker.kill();
  const refused = await whisper();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({
    code: expect.stringMatching(/^(gateway\/broker-gone|operation\/unreachable)$/),
    disposition: 'retry',
    detail: expect.stringContaining('broker'),
  });
  const start = await fetch(`${gateway.url}/workflows/song`, { method: 'POST' });
  expect(start.status).toBe(503);
  expect(start.headers.get('retry-after')).toBe('2');
  expect((await fetch(`${gateway.url}/flow-runs/r`)).status).toBe(503);
  const health = await fetch(`${gateway.url}/health`);
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({
    status: 'down',
    dependencies: { broker: { status: 'down', reason: expect.stringContaining('broker') } },
  });
  expect((await fetch(`${gateway.url}/operations/whisper`)).status).toBe(200);

  await broker.restart();
  await back;
  await script.complete();
  expect((await stream.until('end')).map(({ event }) => event)).toEqual(['FlowCompleted', 'end']);
  expect((await whisper()).status).toBe(200);
});
