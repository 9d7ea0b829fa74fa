import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { setImmediate as aTurn } from 'node:timers/promises';
import { parse } from 'yaml';
import { findFreePort } from '#libs/local-stack';
import { testMongoUri, testNats } from '#libs/testing';
import { AppProcess, type AppName } from './support/app-process.js';
import { addFigures, type Figures } from './support/figures.js';
import { startHeldBoard, type HeldBoard } from './support/held-board.js';
import { askedBy } from './support/promql-names.js';
import { TestClient } from './support/test-client.js';

const NAMES: readonly AppName[] = ['audit', 'scraper', 'documents', 'applier', 'orchestrator', 'gateway'];
const { url: natsUrl } = testNats();

interface Running {
  readonly app: AppProcess;
  readonly healthUrl: string;
}

const running = new Map<AppName, Running>();
let board: HeldBoard;
let client: TestClient;

async function start(name: AppName, own: NodeJS.ProcessEnv = {}): Promise<Running> {
  const port = await findFreePort();
  const app = await AppProcess.start(name, {
    NATS_URL: natsUrl,
    MONGODB_URI: testMongoUri(),
    SOURCE_ARBEITNOW_URL: board.url,
    SCRAPER_REQUESTS_PER_MINUTE: '10000',
    LOG_LIMIT_BYTES: '1000000000',
    AUTH: 'off',
    PORT: '0',
    HEALTH_PORT: String(port),
    ...own,
  });
  return { app, healthUrl: `http://127.0.0.1:${port}` };
}

beforeAll(async () => {
  board = await startHeldBoard();
  client = await TestClient.connect(natsUrl);
  await Promise.all(NAMES.map(async (name) => running.set(name, await start(name))));
});
afterAll(async () => {
  await client.close();
  await Promise.all([...running.values()].map(({ app }) => app.stop()));
  await board.close();
});

const healthUrlOf = (name: AppName): string => running.get(name)!.healthUrl;
const ask = async (url: string): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await fetch(url);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

async function until<T>(look: () => Promise<T>, enough: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (enough(seen)) return seen;
    await aTurn();
  }
}

async function figures(): Promise<Figures> {
  const all: Figures = new Map();
  await Promise.all(NAMES.map((name) => addFigures(healthUrlOf(name), all)));
  return all;
}

describe('every process', () => {
  it.each(NAMES)('%s is live and ready, and says what it needs', async (name) => {
    expect(await ask(`${healthUrlOf(name)}/live`)).toMatchObject({ status: 200, body: { service: name } });
    const ready = await until(
      () => ask(`${healthUrlOf(name)}/ready`),
      ({ status }) => status === 200,
    );
    const needs: Record<AppName, readonly string[]> = {
      audit: ['broker', 'catalog', 'database', 'folding', 'readers'],
      scraper: ['broker', 'catalog', 'database', 'readers'],
      documents: ['broker', 'catalog', 'database', 'readers'],
      applier: ['broker', 'catalog', 'database', 'readers'],
      orchestrator: ['broker', 'catalog'],
      gateway: ['broker', 'log'],
    };
    expect(Object.keys(ready.body['checks'] as object).sort()).toEqual(needs[name]);
    expect(ready.body).toMatchObject({ status: 'ready', service: name, missing: [] });
  });

  it('is not ready any more as soon as it is told to end, and still works', async () => {
    const { app, healthUrl } = await start('scraper', { SHUTDOWN_DELAY_MS: '600000' });
    await until(
      () => ask(`${healthUrl}/ready`),
      ({ status }) => status === 200,
    );
    process.kill(app.pid, 'SIGTERM');
    const ready = await until(
      () => ask(`${healthUrl}/ready`),
      ({ status }) => status === 503,
    );
    expect(ready.body).toMatchObject({ missing: ['stop: it is shutting down'] });
    expect(await ask(`${healthUrl}/live`)).toMatchObject({ status: 200 });
    // The second one ends it at once.
    expect(await app.stop()).toBe(130);
  });
});

describe('the log of a service in production', () => {
  it('is JSON, and names run, task and trace in each line of an execution', async () => {
    const { runId } = await client.start('scrape_jobs', { sources: ['arbeitnow'], keywords: ['typescript'] });
    expect((await client.ended(runId)).type).toBe('FlowCompleted');
    const { app } = running.get('scraper')!;
    const line = await until(
      async () => app.lines.find((one) => one.includes(runId)),
      (found) => found !== undefined,
    );
    expect(JSON.parse(line!)).toMatchObject({
      level: 'info',
      service: 'scraper',
      operation: 'scrape_arbeitnow',
      flowRunId: runId,
      taskRunId: expect.stringContaining(runId),
      attempt: 1,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const own = app.lines.filter((one) => one !== 'scraper is ready');
    expect(own.length).toBeGreaterThan(0);
    for (const one of own) expect(() => JSON.parse(one) as unknown).not.toThrow();
  });
});

describe('what Grafana shows and Prometheus watches', () => {
  /** Of Prometheus itself, and of no process of ours. */
  const OWN = new Set(['up', 'ALERTS']);
  /** Given by the scrape. */
  const OF_SCRAPE = new Set(['job', 'instance']);
  let exposed: Figures;

  beforeAll(async () => {
    const { runId } = await client.start('scrape_jobs', { sources: ['arbeitnow'], keywords: ['node'] });
    await client.ended(runId);
    const { app } = running.get('gateway')!;
    const [gateway = ''] = /http:\/\/[^\s"]+/.exec(app.lines.join('\n')) ?? [];
    await ask(`${gateway}/flow-runs/${runId}`);
    exposed = await until(
      figures,
      (all) => all.has('http_server_request_duration_seconds_count') && all.has('log_storage_limit_bytes'),
    );
  });

  async function expressionsOf(file: string): Promise<string[]> {
    const text = await readFile(file, 'utf8');
    const found: string[] = [];
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, held] of Object.entries(value)) {
        if (typeof held !== 'string') look(held);
        else if (name === 'expr') found.push(held);
        else if (name === 'definition') found.push(/^label_values\((.*),\s*\w+\)$/.exec(held)?.[1] ?? held);
      }
    };
    look(parse(text));
    return found;
  }

  it.each([
    ['deploy/grafana/dashboards/jobhunter.json', 50],
    ['deploy/prometheus/alerts.yml', 20],
  ])('%s asks only for what a running stack exposes', async (file, least) => {
    const expressions = await expressionsOf(file);
    expect(expressions.length).toBeGreaterThanOrEqual(least);
    const missing = expressions.flatMap((expression) =>
      askedBy(expression)
        .filter(({ name }) => !OWN.has(name))
        .flatMap(({ name, labels }) => {
          const known = exposed.get(name);
          if (!known) return [`${name}, in ${expression}`];
          const unknown = labels.filter((label) => !known.has(label) && !OF_SCRAPE.has(label));
          return unknown.map((label) => `${name}{${label}}, in ${expression}`);
        }),
    );
    expect(missing).toEqual([]);
  });

  it('names no run and no user', () => {
    const labels = new Set([...exposed.values()].flatMap((names) => [...names]));
    expect([...labels].filter((label) => /run|user|trace|actor|_id$/i.test(label))).toEqual([]);
  });

  it('is described, every figure of it, in the guide', async () => {
    const guide = await readFile('docs/guides/observability.md', 'utf8');
    const undescribed = [...exposed.keys()]
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''))
      .filter((name) => !guide.includes(`\`${name}\``));
    expect([...new Set(undescribed)]).toEqual([]);
  });
});
