import 'reflect-metadata';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findFreePort } from '#libs/local-stack';
import { connectRunLog, flowRunId, type RunLog } from '#libs/run-log';
import { ownNats, testNats } from '#libs/testing';
import { brokerChecks } from './broker-checks.js';
import { bad, closeOpened, listening, look, makeHome, named, opened, removeHome } from './checks.fixtures.js';
import { host, talk } from './voices.fixtures.js';

beforeAll(makeHome);
afterEach(closeOpened);
afterAll(removeHome);

describe('the broker', () => {
  it('that answers is well', async () => {
    const findings = await look(brokerChecks, { env: { NATS_URL: testNats().url } });
    expect(findings).toMatchObject([
      { what: 'broker', verdict: 'ok', told: expect.stringContaining('answers') },
      { what: 'room in the log', verdict: 'ok' },
      { what: 'clock', verdict: 'ok' },
    ]);
  });

  it('that is named and not there may be meant by its name in Compose', async () => {
    const NATS_URL = `nats://127.0.0.1:${await findFreePort()}`;
    expect(await look(brokerChecks, { env: { NATS_URL } })).toMatchObject([
      {
        what: 'broker',
        verdict: 'bad',
        told: expect.stringContaining('the run log does not answer'),
        hint: expect.stringContaining('nats://nats:4222'),
      },
    ]);
  });

  it('that is too old is refused by its version', async () => {
    const info = {
      server_id: 'old',
      version: '2.9.25',
      proto: 1,
      headers: true,
      max_payload: 1_048_576,
      jetstream: true,
    };
    const sockets = new Set<{ destroy(): unknown }>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.write(`INFO ${JSON.stringify(info)}\r\n`);
      socket.on('data', (data) => {
        if (data.includes('PING')) socket.write('PONG\r\n');
      });
      socket.on('error', () => undefined);
    });
    const address = await listening(server);
    opened.push(async () => sockets.forEach((socket) => socket.destroy()));
    const [finding] = await look(brokerChecks, { env: { NATS_URL: `nats://${address}` } });
    expect(finding).toMatchObject({
      verdict: 'bad',
      told: expect.stringContaining('2.9.25'),
      hint: expect.stringContaining('nats-server 2.14 or newer'),
    });
  });

  it('that does not know the password says so', async () => {
    const { servers } = testNats();
    const env = { NATS_URL: `nats://test0:wrong@${servers}` };
    expect(await look(brokerChecks, { env })).toMatchObject([
      { verdict: 'bad', hint: expect.stringContaining('NATS_PASSWORD') },
    ]);
  });

  it('whose storage is full refuses new work', async () => {
    const broker = await ownNats({ maxFileStore: 8 * 1024 * 1024 });
    opened.push(() => broker.stop());
    const log = await connectRunLog({ servers: broker.url, name: 'spec' });
    opened.push(() => log.close());
    await fill(log);
    const findings = await look(brokerChecks, { env: { NATS_URL: broker.url } });
    expect(bad(findings)).toContainEqual({
      what: 'room in the log',
      verdict: 'bad',
      told: expect.stringContaining('the broker refuses new work'),
      hint: expect.stringContaining('retention.md'),
    });
  });

  it.each([
    ['ahead of', 60_000],
    ['behind', -60_000],
  ])('whose clock this machine is %s is told of', async (told, by) => {
    const now = () => Date.now() + by;
    const findings = await look(brokerChecks, { env: { NATS_URL: testNats().url }, now });
    expect(named(findings, 'clock')).toMatchObject({
      verdict: 'bad',
      told: expect.stringContaining(`${told} that of the broker by`),
      hint: expect.stringContaining('NTP'),
    });
  });
});

/** Keeps runs until there is no room. */
async function fill(log: RunLog): Promise<void> {
  const actor = { userId: 'local', channel: 'api' } as const;
  const input = { text: 'x'.repeat(200_000) };
  for (let n = 0; ; n++) {
    const start = {
      type: 'StartRequested',
      flow: 'talk',
      input,
      inputHash: '',
      actor,
      flags: {},
      tags: [],
    } as const;
    try {
      await log.start(flowRunId(`full-${n}`), start);
    } catch (error) {
      expect(error).toMatchObject({ code: 'run-log/full' });
      return;
    }
  }
}

describe('what is in the log', () => {
  it('has no records where no audit has read it', async () => {
    const { url: natsUrl } = testNats();
    const orchestrator = await host({ flows: [talk], natsUrl });
    await orchestrator.submit(talk, { text: 'la' });
    const findings = await look(brokerChecks, { env: { NATS_URL: natsUrl } });
    expect(named(findings, 'records')).toEqual({
      what: 'records',
      verdict: 'bad',
      told: 'no audit has read this log, so there are no records of its runs and tasks',
      hint: 'start the service audit',
    });
  });

  it('waits for an audit that has stopped', async () => {
    const { url: natsUrl } = testNats();
    const log = await connectRunLog({ servers: natsUrl, name: 'spec' });
    opened.push(() => log.close());
    const reader = await log.project('records', 'RUN', 100, async () => undefined);
    await reader.close();
    const orchestrator = await host({ flows: [talk], natsUrl });
    await orchestrator.submit(talk, { text: 'la' });
    const findings = await look(brokerChecks, {
      env: { NATS_URL: natsUrl },
      now: () => Date.now() + 120_000,
    });
    expect(named(findings, 'records')).toMatchObject({
      verdict: 'bad',
      told: expect.stringContaining('new runs, and tasks of known ones, are missing'),
      hint: expect.stringContaining('audit rebuild'),
    });
  });

  it('waits for an orchestrator, and for a service, that does not run', async () => {
    const { url: natsUrl } = testNats();
    const orchestrator = await host({ flows: [talk], natsUrl });
    const log = await connectRunLog({ servers: natsUrl, name: 'spec' });
    opened.push(() => log.close());
    const worker = await log.serve(
      {
        service: 'nobody',
        operation: 'say',
        lane: 'normal',
        globalConcurrency: 1,
        slots: 1,
        ackWaitMs: 5_000 as never,
      },
      async () => undefined,
    );
    await worker.close();
    const runId = await orchestrator.submit(talk, { text: 'la' });
    await scheduled(log, runId);
    await orchestrator.stop();
    const actor = { userId: 'local', channel: 'api' } as const;
    const steering = await connectRunLog({ servers: natsUrl, name: 'spec' });
    opened.push(() => steering.close());
    await steering.request(runId, { type: 'CancelRequested', actor }, 'cancel');
    const findings = await look(brokerChecks, {
      env: { NATS_URL: natsUrl },
      now: () => Date.now() + 120_000,
    });
    expect(named(findings, 'runs')).toMatchObject({
      verdict: 'bad',
      told: expect.stringMatching(/^1 wait for an orchestrator since .*: runs do not go on$/),
      hint: 'start the orchestrator, or see its log',
    });
    expect(named(findings, 'nobody')).toMatchObject({
      verdict: 'note',
      told: expect.stringMatching(/^1 of say wait since /),
      hint: 'start the service nobody, or more of it',
    });
  });
});

async function scheduled(log: RunLog, runId: string): Promise<void> {
  let found: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (found = resolve));
  const viewer = await log.watch('RUN', { runId: flowRunId(runId), fromSeq: 1 as never }, ({ event }) => {
    if (event.type === 'TaskScheduled') found();
  });
  await seen;
  await viewer.close();
}
