import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { startGateway } from '#apps/gateway';
import { Orchestrator } from '#libs/embedded';
import { flow } from '#libs/flows';
import { findFolders, findFreePort, mongodKind, resolveServer } from '#libs/local-stack';
import { defineOperation } from '#libs/operations';
import { connectRunLog, flowRunId, type RunLog } from '#libs/run-log';
import { ownNats, testNats } from '#libs/testing';
import { GatewayClient } from '../gateway/gateway-client.js';
import { brokerChecks } from './broker-checks.js';
import { lookAtAll } from './checks.js';
import { databaseCheck } from './database-check.js';
import { fileChecks } from './file-checks.js';
import type { Check, CheckInput, Finding } from './finding.js';
import { serverChecks } from './server-checks.js';

class Words {
  @IsString() text: string;
}
const Say = defineOperation({
  name: 'say',
  service: 'nobody',
  category: 'voices',
  stage: 'act',
  description: 'Says it',
  input: Words,
  output: Words,
});
const talk = flow({ name: 'talk', description: 'Says it', input: Words }, (input, ctx) =>
  ctx.task(Say, input),
);

let home: string;
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'doctor-'));
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});
afterAll(() => rm(home, { recursive: true, force: true }));

const inputOf = (over: Partial<CheckInput> = {}): CheckInput => ({
  folders: { ...findFolders(), home },
  env: {},
  gateway: new GatewayClient('http://127.0.0.1:9'),
  now: Date.now,
  port: 3000,
  workingFolder: home,
  ...over,
});

async function look(check: Check, over: Partial<CheckInput> = {}): Promise<readonly Finding[]> {
  return check(inputOf(over));
}

const bad = (findings: readonly Finding[]): Finding[] => findings.filter(({ verdict }) => verdict === 'bad');
const named = (findings: readonly Finding[], what: string): Finding | undefined =>
  findings.find((finding) => finding.what === what);

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(async () => {
    server.close();
    await once(server, 'close');
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function gatewayAt(natsUrl: string, auth: 'on' | 'off' = 'off'): Promise<GatewayClient> {
  const gateway = await startGateway({ natsUrl, port: 0, logLevel: 'silent', auth: { mode: auth } });
  opened.push(() => gateway.close());
  return new GatewayClient(gateway.url);
}

async function host(options: ConstructorParameters<typeof Orchestrator>[0]): Promise<Orchestrator> {
  const orchestrator = new Orchestrator(options);
  await orchestrator.start();
  opened.push(() => orchestrator.stop());
  return orchestrator;
}

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

describe('the server', () => {
  it('that was not started is no fault; one that was named is', async () => {
    const port = await findFreePort();
    const gateway = new GatewayClient(`http://127.0.0.1:${port}`);
    expect(await look(serverChecks, { gateway, port })).toMatchObject([
      { what: 'gateway', verdict: 'note', hint: expect.stringContaining('jobhunter up') },
    ]);
    expect(await look(serverChecks, { gateway })).toMatchObject([
      { what: 'gateway', verdict: 'bad', told: expect.stringContaining(`no JobHunter server answers at`) },
    ]);
  });

  it('that is another one is told from none', async () => {
    const address = await listening(createHttpServer((_, response) => response.end('<p>hello')));
    const gateway = new GatewayClient(`http://${address}`);
    expect(await look(serverChecks, { gateway })).toMatchObject([
      {
        verdict: 'bad',
        told: expect.stringContaining('is no JobHunter server'),
        hint: expect.stringContaining('--url'),
      },
    ]);
  });

  it('that refuses the key says how to get one', async () => {
    const gateway = await gatewayAt(testNats().url, 'on');
    const findings = await look(serverChecks, { gateway });
    expect(named(findings, 'key')).toMatchObject({
      verdict: 'bad',
      hint: expect.stringContaining('jobhunter login'),
    });
  });

  it('without services and flows names those that have not registered', async () => {
    const gateway = await gatewayAt(testNats().url);
    const findings = await look(serverChecks, { gateway });
    expect(named(findings, 'services')).toMatchObject({
      verdict: 'bad',
      told: expect.stringContaining('missing: scraper, documents, applier, audit, orchestrator'),
      hint: expect.stringContaining('jobhunter up'),
    });
  });

  it('with a deployment of a flow that is gone names it', async () => {
    const { url: natsUrl } = testNats();
    const before = new Orchestrator({
      natsUrl,
      deployments: [
        talk.toDeployment({ name: 'daily', parameters: { text: 'la' }, schedule: { cron: '0 9 * * *' } }),
      ],
    });
    await before.start();
    await before.stop();
    const other = flow({ name: 'other', description: 'Does nothing', input: Words }, async () => 'nothing');
    await host({ flows: [other], natsUrl });
    const gateway = await gatewayAt(natsUrl);
    const findings = await look(serverChecks, { gateway });
    expect(named(findings, 'deployments')).toMatchObject({
      verdict: 'bad',
      told: expect.stringContaining('talk/daily cannot fire: '),
      hint: expect.stringContaining('jobhunter deployment show talk/daily'),
    });
  });
});

describe('a file of deployments', () => {
  const write = (text: string) => writeFile(path.join(home, 'jobhunter.yml'), text);
  afterEach(() => rm(path.join(home, 'jobhunter.yml'), { force: true }));

  it('that is not there is not missed', async () => {
    expect(await look(fileChecks)).toEqual([]);
  });

  it('with an interval of 0 says where', async () => {
    await write(
      'orchestrator:\n  runners:\n    - pipe_id: a\n      interval_seconds: 0\n      pipe: { use: say }\n',
    );
    expect(await look(fileChecks)).toMatchObject([
      {
        what: 'jobhunter.yml',
        verdict: 'bad',
        told: expect.stringMatching(/jobhunter\.yml:4:\d+.*interval_seconds/),
      },
    ]);
  });

  it('that was not applied names what is not there', async () => {
    await write('deployments:\n  - flow: talk\n    name: daily\n    parameters: { text: la }\n');
    const { url: natsUrl } = testNats();
    await host({ flows: [talk], natsUrl });
    const gateway = await gatewayAt(natsUrl);
    expect(await look(fileChecks, { gateway })).toMatchObject([
      {
        verdict: 'note',
        told: '1 of 1 deployments are not there: talk/daily',
        hint: 'put them there: jobhunter deploy',
      },
    ]);
  });
});

describe('this machine', () => {
  it('may have its port taken by somebody else', async () => {
    const address = await listening(createServer());
    const port = Number(address.split(':')[1]);
    const findings = await lookAtAll(inputOf({ port }));
    expect(named(findings, `port ${port}`)).toMatchObject({
      verdict: 'note',
      told: expect.stringContaining('held by'),
      hint: expect.stringContaining(`jobhunter up --port ${port + 1}`),
    });
  });

  it('may have a database that is no replica set', async () => {
    const MONGODB_URI = `mongodb://127.0.0.1:${await plainMongod()}/x?directConnection=true`;
    const findings = await look(databaseCheck, { env: { MONGODB_URI } });
    expect(named(findings, 'database')).toMatchObject({
      verdict: 'bad',
      told: 'answers, but is no replica set',
      hint: expect.stringContaining('--replSet'),
    });
  });

  it('may have a database that is named in a file, as containers have it, and is not there', async () => {
    const file = path.join(home, 'mongodb-uri');
    await writeFile(file, `mongodb://127.0.0.1:${await findFreePort()}/x\n`, { mode: 0o600 });
    const [finding] = await look(databaseCheck, { env: { MONGODB_URI_FILE: file } });
    expect(finding).toMatchObject({
      verdict: 'bad',
      told: expect.stringMatching(/^no database at mongodb:\/\/127\.0\.0\.1:\d+\/x \(.*ECONNREFUSED/),
      hint: expect.stringContaining('MONGODB_USER'),
    });
  });

  it.each([
    [{ MONGODB_URI: 'http://sam:sesame@host' }, 'expected mongodb://host:port/name'],
    [{ MONGODB_URI: 'file:/nowhere/uri' }, 'refers to file:/nowhere/uri, which cannot be read (ENOENT)'],
    [{ MONGODB_URI: 'mongodb://h/x', MONGODB_USER: 'sam' }, 'MONGODB_USER and MONGODB_PASSWORD go together'],
  ])('may have a setting of the database that makes no sense: %j', async (env, said) => {
    const [finding] = await look(databaseCheck, { env: { ...env, NATS_USER: 'alone' } });
    expect(finding).toMatchObject({ verdict: 'bad', told: expect.stringContaining(said) });
    expect(finding?.told).not.toContain('sesame');
    expect(finding?.told).not.toContain('NATS');
  });

  it('is told of as far as it can be looked at', async () => {
    const broken: Check = () => Promise.reject(new Error('the ground gave way'));
    const whole: Check = async () => [{ what: 'air', verdict: 'ok', told: 'there' }];
    expect(await lookAtAll(inputOf(), [broken, whole])).toMatchObject([
      { what: 'doctor', verdict: 'bad', told: 'a check could not be made: the ground gave way' },
      { what: 'air', verdict: 'ok' },
    ]);
  });
});

/** Starts a mongod as people do who have not heard of replica sets; gives its port. */
async function plainMongod(): Promise<number> {
  const { MONGODB_URI: _, ...env } = process.env;
  const folders = findFolders();
  const found = await resolveServer(mongodKind(folders), { cache: folders.cache, env, say: () => undefined });
  if (found.kind !== 'binary') throw new Error('mongod was to be a binary');
  const data = await mkdtemp(path.join(home, 'mongo-'));
  const port = await findFreePort();
  const args = ['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'];
  const mongod = spawn(found.file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = once(mongod, 'exit');
  opened.push(async () => {
    mongod.kill('SIGKILL');
    await gone;
  });
  for await (const line of createInterface(mongod.stdout))
    if (line.includes('Waiting for connections')) break;
  mongod.stdout.resume();
  return port;
}
