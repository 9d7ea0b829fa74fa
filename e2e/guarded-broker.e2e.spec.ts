import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { RebuildAudit } from '#libs/contracts';
import { streamSeq } from '#libs/run-log';
import { startTraceCollector, type TraceCollector } from '#libs/testing';
import { guardedBroker, type GuardedBroker } from './support/guarded-broker.js';
import { guardedDatabase, type GuardedDatabase } from './support/guarded-database.js';
import { HuntApps } from './support/hunt-apps.js';
import { keyFor } from './support/keys.js';
import { openingAt } from './support/openings.js';
import type { Person } from './support/person.js';

const APPS = ['audit', 'scraper', 'documents', 'applier', 'orchestrator', 'gateway'] as const;

let broker: GuardedBroker;
let database: GuardedDatabase;
let collector: TraceCollector;
let apps: HuntApps;
let kim: Person;
const limit = new AbortController();
let folder: string;
/** What nobody is ever to read again. */
const PLANTED = { slack: 'planted-slack-1f7', ntfy: 'planted-ntfy-2c8', token: 'planted-token-3d9' };

beforeAll(async () => {
  [broker, database] = await Promise.all([guardedBroker(), guardedDatabase()]);
  const own = Object.fromEntries(APPS.map((app) => [app, { ...broker.envOf(app), ...database.envOf(app) }]));
  collector = await startTraceCollector();
  folder = await mkdtemp(path.join(os.tmpdir(), 'planted-'));
  const file = path.join(folder, 'slack');
  await writeFile(file, `http://127.0.0.1:9/T0/${PLANTED.slack}\n`, { mode: 0o600 });
  const env = {
    NOTIFY_SLACK_URL_FILE: file,
    NOTIFY_NTFY_URL: 'env:PLANTED_NTFY',
    PLANTED_NTFY: `http://kim:${PLANTED.ntfy}@127.0.0.1:9/topic`,
    NOTIFY_NTFY_TOKEN: PLANTED.token,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  apps = await HuntApps.start(env, own, { natsUrl: broker.urlOf('operator') });
  kim = apps.person('kim');
  await kim.importProfile();
}, 240_000);
afterAll(async () => {
  limit.abort();
  await apps?.close();
  await Promise.all([broker?.stop(), database?.stop(), collector?.close()]);
  await rm(folder, { recursive: true, force: true });
}, 120_000);

/** What an app has been refused, by the broker or the database. */
const refusals = (): string[] =>
  APPS.flatMap((app) =>
    apps.said(app).filter((line) => /does not let|Permissions Violation|not authorized/.test(line)),
  );

/** Resolves once the record of a run says so; the test's own time limit ends what never does. */
async function recorded(runId: string, status: string): Promise<void> {
  const { signal } = limit;
  while (!signal.aborted) {
    const { body } = await kim.ask('GET', `/flow-runs/${runId}`);
    if (body['status'] === status) return;
  }
}

describe('services that sign in under their own names', () => {
  it('do all that an application needs', async () => {
    const jobId = await kim.bring(openingAt('Ahornau'));
    await kim.operate('process_jobs', { jobIds: [jobId] });
    const question = await kim.startApplying(jobId);
    expect(await kim.approve(question)).toMatchObject({ success: true });
    await recorded(question.runId, 'completed');
    expect(await kim.must('GET', `/flow-runs/${question.runId}/steps`)).toHaveProperty('items');
    const tasks = await kim.must<{ items: unknown[] }>('GET', `/task-runs?flowRunId=${question.runId}`);
    expect(tasks.items).not.toHaveLength(0);
  });

  it('pause, go on, and cancel a run', async () => {
    const jobId = await kim.bring(openingAt('Birkenau'));
    const { runId } = await kim.startApplying(jobId);
    for (const verb of ['pause', 'resume', 'cancel'])
      expect(await kim.ask('POST', `/flow-runs/${runId}/${verb}`, {})).toMatchObject({ status: 202 });
    expect(await apps.client.ended(runId)).toMatchObject({ type: 'FlowCancelled' });
    await recorded(runId, 'cancelled');
  });

  it('cancel many runs at once', async () => {
    const { runId } = await kim.startApplying(await kim.bring(openingAt('Cedernau')));
    const filter = { flow: 'apply_to_job', status: ['waiting', 'running'] };
    const { status } = await kim.ask('POST', '/flow-runs/bulk/cancel', { filter });
    expect(status).toBe(202);
    expect(await apps.client.ended(runId)).toMatchObject({ type: 'FlowCancelled' });
  });

  it('keep values of flows, large ones too', async () => {
    const value = { text: 'x'.repeat(400_000) };
    await kim.must('PUT', '/workflows/daily_job_hunt/state/seen', { value });
    expect(await kim.must('GET', '/workflows/daily_job_hunt/state/seen')).toMatchObject({ value });
    await kim.must('PUT', '/workflows/daily_job_hunt/state/seen', { value: 1 });
    expect((await kim.ask('DELETE', '/workflows/daily_job_hunt/state/seen')).status).toBeLessThan(300);
  });

  it('answer questions that go back and forth in large messages', async () => {
    const jobs = Array.from({ length: 60 }, (_, n) => {
      const opening = openingAt(`Dornau${n}`);
      return { ...opening, url: `${opening.url}-${n}`, description: opening.description.repeat(3) };
    });
    const { jobIds } = await kim.operate<{ jobIds: string[] }>('create_jobs_batch', { jobs });
    expect(jobIds).toHaveLength(60);
    expect(await kim.must('GET', '/jobs?limit=50')).toHaveProperty('items');
  });

  it('tell of a run as it goes on', async () => {
    const { runId } = await kim.startApplying(await kim.bring(openingAt('Eschenau')));
    const stop = new AbortController();
    const stream = await fetch(new URL(`/flow-runs/${runId}/events`, apps.gatewayUrl), {
      headers: { authorization: `Bearer ${await keyFor('kim', apps.gatewayUrl, apps.natsUrl)}` },
      signal: stop.signal,
    });
    const first = (await stream.body!.getReader().read()) as { value: Uint8Array };
    expect(new TextDecoder().decode(first.value)).toMatch(/\w/);
    stop.abort();
  });

  it('fold the whole log anew', async () => {
    const { events, flowRuns } = await apps.client.ask(RebuildAudit, {});
    expect(events).toBeGreaterThan(0);
    expect(flowRuns).toBeGreaterThan(0);
  });

  it('are refused nothing by all this', () => {
    expect(refusals()).toEqual([]);
  });

  it('use secrets that stand elsewhere, and tell of them nowhere', async () => {
    const told = await kim.ask('POST', '/operations/notify', {
      message: 'hello',
      channels: ['slack', 'ntfy'],
    });
    expect(JSON.stringify(told.body)).toMatch(/slack/);
    await collector.until((spans) => spans.some(({ name }) => name.includes('notify')));
    const texts: [where: string, text: string][] = [
      ['answer', JSON.stringify(told.body)],
      ['traces', JSON.stringify(collector.spans())],
      ...APPS.map((app): [string, string] => [app, apps.said(app).join('\n')]),
    ];
    for (const stream of ['RUN', 'CALLS', 'LIVE'] as const)
      for await (const stored of apps.client.log.readAll(stream, streamSeq(1)))
        texts.push([stream, JSON.stringify(stored)]);
    const root = await mongoose.createConnection(`${database.urlOf('root')}&authSource=admin`).asPromise();
    for (const { name } of await root.listCollections())
      texts.push([name, JSON.stringify(await root.collection(name).find().toArray())]);
    await root.close();
    expect(texts.length).toBeGreaterThan(30);
    const secrets = [
      ...Object.values(PLANTED),
      ...Object.values(broker.passwords),
      ...Object.values(database.passwords).flatMap((password) => [password, encodeURIComponent(password)]),
    ];
    const leaks = texts.flatMap(([where, text]) =>
      secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
    );
    expect(leaks).toEqual([]);
  });
});
