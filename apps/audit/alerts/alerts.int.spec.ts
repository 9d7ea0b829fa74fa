import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { CreateAlertInput } from '#libs/contracts';
import { flowRunId, streamSeq } from '#libs/run-log';
import type { Actor } from '#libs/run-log';
import { flowStarted, startRequested } from '#libs/run-records/testing';
import { testMongoUri, testNats } from '#libs/testing';
import { Archive } from '../archive/archive.fixtures.js';
import { LogPressure } from '../retention/log-pressure.js';
import { ALERTS } from './alert-settings.js';
import { Alerts } from './alerts.js';
import { alertSender } from './send-alert.js';
import type { AlertMessage, Sent } from './send-alert.js';

Logger.overrideLogger(false);

const admin: Actor = { userId: 'local', channel: 'cli' };
const ann: Actor = { userId: 'ann', channel: 'api' };
const bob: Actor = { userId: 'bob', channel: 'api' };
const target = { channel: 'webhook', webhook: 'OPS' } as const;
const FAILED = {
  type: 'FlowFailed',
  error: { code: 'x/no', message: 'the site is down', disposition: 'terminal' },
} as const;
const COMPLETED = { type: 'FlowCompleted', result: 1 } as const;

let at: Archive;
let told: AlertMessage[];
let answers: (Sent | Error)[];
let fill: number;
let alerts: Alerts;

const open = (): Alerts =>
  new Alerts({
    connection: at.open.connection,
    log: at.log,
    clock: at.clock,
    pressure: new LogPressure(() => Promise.resolve({ bytes: fill, limit: 100 }), undefined),
    send: (_target, message) => {
      const answer = answers.shift() ?? { kind: 'sent' as const, said: 'ok' };
      if (answer instanceof Error) return Promise.reject(answer);
      told.push(message);
      return Promise.resolve(answer);
    },
  });

beforeEach(async () => {
  at = await Archive.over(testNats().url, testMongoUri());
  told = [];
  answers = [];
  fill = 1;
  alerts = open();
});
afterEach(() => at.close());

const rule = (over: Partial<CreateAlertInput> = {}, actor = ann) =>
  alerts.create({ name: 'watch', kind: 'failed', target, throttleSeconds: 0, ...over }, actor);

async function run(id: string, actor: Actor, ...decisions: object[]): Promise<void> {
  const runId = flowRunId(id);
  await at.log.start(runId, startRequested({ actor }));
  if (decisions.length > 0) await at.log.decide(runId, streamSeq(0), [flowStarted, ...decisions] as never);
  const { last } = await at.log.readRun(runId);
  await at.projections.runs.reaches(last);
}

/** The rules were made before everything that is in the log. */
const sinceEver = () =>
  at.open.connection
    .collection('alert_rules')
    .updateMany({}, { $set: { lookedUntil: new Date(0), createdAt: new Date(0) } });

const incidents = async (actor = ann) => (await alerts.listIncidents({}, actor)).items;
const subjects = () => told.map(({ subject }) => subject);

describe('an alert about failures', () => {
  it('tells once of a flow that fails, however often it does, and once that it is over', async () => {
    await rule();
    await sinceEver();
    await run('run-1', ann, FAILED);
    await alerts.round();
    await run('run-2', ann, FAILED);
    await alerts.round();
    await alerts.round();
    expect(subjects()).toEqual(['watch (greet)']);
    expect(told[0]!.text).toContain('run run-1: the site is down');
    await run('run-3', ann, COMPLETED);
    await alerts.round();
    await alerts.round();
    expect(subjects()).toEqual(['watch (greet)', 'Resolved: watch (greet)']);
    await run('run-4', ann, FAILED);
    await alerts.round();
    expect(subjects()).toHaveLength(3);
    expect((await incidents()).map(({ state, opening, recovery }) => [state, opening, recovery])).toEqual([
      ['open', 'sent', 'none'],
      ['resolved', 'sent', 'sent'],
    ]);
  });

  it('finds the same when it looks again, after a crash before it noted how far it had come', async () => {
    const { id } = await rule();
    await sinceEver();
    for (const [run_, end] of [
      ['run-1', FAILED],
      ['run-2', FAILED],
      ['run-3', COMPLETED],
    ] as const)
      await run(run_, ann, end);
    await alerts.round();
    await sinceEver();
    await alerts.round();
    expect(await incidents()).toMatchObject([{ alertId: id, state: 'resolved', opening: 'none' }]);
    // It was over before anybody was told.
    expect(told).toEqual([]);
  });

  it('looks at the runs of its owner and its filters alone, an administrator’s at all', async () => {
    await rule({ name: 'mine' });
    await rule({ name: 'other flow', flow: 'another' });
    await rule({ name: 'tagged', tag: 'demo' });
    await rule({ name: 'all' }, admin);
    await sinceEver();
    await run('run-1', bob, FAILED);
    await alerts.round();
    expect(subjects()).toEqual(['all (greet)']);
    await run('run-2', ann, FAILED);
    await alerts.round();
    expect(subjects().sort()).toEqual(['all (greet)', 'mine (greet)', 'tagged (greet)']);
    expect(await incidents(bob)).toEqual([]);
  });

  it('keeps quiet for a while after a message', async () => {
    await rule({ throttleSeconds: 600 });
    await sinceEver();
    await run('run-1', ann, FAILED);
    await alerts.round();
    await run('run-2', ann, COMPLETED);
    await run('run-3', ann, FAILED);
    await alerts.round();
    expect(subjects()).toEqual(['watch (greet)', 'Resolved: watch (greet)']);
    await at.clock.advance(600_000);
    await alerts.round();
    expect(subjects()).toHaveLength(3);
  });
});

describe('a message', () => {
  const one = async () => {
    await rule();
    await sinceEver();
    await run('run-1', ann, FAILED);
  };

  it('that was refused is tried again, later and later', async () => {
    await one();
    answers = [{ kind: 'refused', said: 'busy' }];
    await alerts.round();
    await alerts.round();
    expect(told).toHaveLength(1);
    await at.clock.advance(10_000);
    await alerts.round();
    expect(told.map(({ id }) => id)).toEqual([told[0]!.id, told[0]!.id]);
    expect(await incidents()).toMatchObject([{ opening: 'sent' }]);
  });

  it('of which nobody knows whether it went out is not sent again, nor one whose sender died', async () => {
    await one();
    answers = [new Error('died')];
    await expect(alerts.round()).rejects.toThrow('died');
    alerts = open();
    await at.clock.advance(60_000);
    await alerts.round();
    expect(await incidents()).toMatchObject([{ opening: 'sending' }]);
    await at.clock.advance(60_000);
    await alerts.round();
    expect(await incidents()).toMatchObject([{ opening: 'unknown' }]);
    expect(told).toEqual([]);
  });

  it('is sent by one of several audits', async () => {
    await one();
    await Promise.all([alerts.round(), open().round(), open().round()]);
    expect(told).toHaveLength(1);
  });
});

describe('other alerts', () => {
  it('tell of runs that are halted, until they go on', async () => {
    await rule({ kind: 'halted' });
    const error = { code: 'x', message: 'nobody knows', disposition: 'halt' } as const;
    await run('run-1', ann, { type: 'RunHalted', reason: 'poison', error });
    await alerts.round();
    expect(told).toMatchObject([
      { subject: 'watch (run-1)', text: expect.stringContaining('waits for a person') },
    ]);
    const { lastDecision } = await at.log.readRun(flowRunId('run-1'));
    await at.log.decide(flowRunId('run-1'), lastDecision, [COMPLETED]);
    await at.settled('run-1');
    await alerts.round();
    await alerts.round();
    expect(subjects()).toEqual(['watch (run-1)', 'Resolved: watch (run-1)']);
  });

  it('tell of runs that begin late or take long, once each', async () => {
    await rule({ name: 'late', kind: 'late', afterSeconds: 60 });
    await rule({ name: 'slow', kind: 'slow', afterSeconds: 60 });
    await run('run-1', ann);
    await run('run-2', ann, { type: 'SignalAwaited', step: 1, name: 'go' });
    await alerts.round();
    await alerts.round();
    expect(subjects().sort()).toEqual(['late (run-1)', 'slow (run-2)']);
  });

  it('tell when a flow has had no success for too long, and when it has one', async () => {
    await rule({ kind: 'no-success', flow: 'greet', afterSeconds: 3_600 });
    await alerts.round();
    expect(told).toEqual([]);
    await at.clock.advance(3_700_000);
    await alerts.round();
    await alerts.round();
    expect(told).toMatchObject([
      { subject: 'watch (greet)', text: expect.stringContaining('for 61 minutes') },
    ]);
    await run('run-1', ann, COMPLETED);
    await at.collections.flowRuns.updateOne(
      { _id: 'run-1' },
      { $set: { finishedAt: new Date(at.clock.now()) } },
    );
    await alerts.round();
    expect(subjects()).toEqual(['watch (greet)', 'Resolved: watch (greet)']);
  });

  it('are refused where they make no sense, and are nobody else’s', async () => {
    await expect(rule({ kind: 'slow' })).rejects.toMatchObject({ fields: [{ field: 'afterSeconds' }] });
    await expect(rule({ afterSeconds: 5 })).rejects.toMatchObject({ fields: [{ field: 'afterSeconds' }] });
    await expect(rule({ kind: 'log-filling' })).rejects.toMatchObject({ code: 'audit/not-allowed' });
    const { id } = await rule();
    for (const ask of [alerts.get(id, bob), alerts.remove(id, bob), alerts.test(id, bob)])
      await expect(ask).rejects.toMatchObject({ code: 'audit/not-found' });
    expect((await alerts.list({}, bob)).items).toEqual([]);
    expect(await alerts.test(id, ann)).toEqual({ delivered: true, message: 'ok' });
    expect(subjects()).toEqual(['Test of watch']);
    await alerts.remove(id, ann);
    await expect(alerts.get(id, ann)).rejects.toMatchObject({ code: 'audit/not-found' });
  });
});

describe('a webhook', () => {
  let server: Server;
  let status = 200;
  const posts: { key: unknown; body: unknown }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      void json(request).then((body) => {
        posts.push({ key: request.headers['idempotency-key'], body });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const message = {
    id: 'i/opening',
    subject: 'watch <!channel>',
    text: 'it failed',
    data: { kind: 'failed' },
  };

  it('is told under the incident’s id, as Slack reads it or for programs', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
    const send = alertSender({ ...ALERTS, env: { ALERT_WEBHOOK_OPS: 'env:HOOK', HOOK: url } });
    expect(await send({ channel: 'slack', webhook: 'OPS' }, message)).toMatchObject({ kind: 'sent' });
    expect(await send({ channel: 'webhook', webhook: 'OPS' }, message)).toMatchObject({ kind: 'sent' });
    expect(posts).toEqual([
      { key: 'i/opening', body: { text: '*watch &lt;!channel&gt;*\nit failed' } },
      {
        key: 'i/opening',
        body: { id: 'i/opening', subject: 'watch <!channel>', text: 'it failed', kind: 'failed' },
      },
    ]);
    status = 500;
    const refused = await send({ channel: 'slack', webhook: 'OPS' }, message);
    expect(refused).toMatchObject({ kind: 'refused', said: expect.stringContaining('answered 500') });
    expect(refused.said).not.toContain('secret');
  });

  it('that is not set up, or a mail server that is not, is said by its setting', async () => {
    const send = alertSender(ALERTS);
    expect(await send({ channel: 'slack', webhook: 'NONE' }, message)).toEqual({
      kind: 'refused',
      said: 'no webhook is set up: set ALERT_WEBHOOK_NONE',
    });
    expect(await send({ channel: 'email', to: 'a@b.example' }, message)).toMatchObject({
      said: expect.stringContaining('ALERT_SMTP_URL'),
    });
  });
});
