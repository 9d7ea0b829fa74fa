import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startAllServices, type AllServices } from '../apps/cli/testing/all-services.js';
import { fixtureSettings } from '../apps/cli/platform/fixture-settings.js';
import { DocumentCheck, type OpenApiDocument } from '../apps/gateway/testing/document-check.js';
import { startFixtureBoards, type FixtureBoards } from '../apps/scraper/fixture-boards/server.js';
import { routesOf, type Document, type Route } from './support/hostile/described.js';
import { hostileRequests, type HostileRequest, type Known } from './support/hostile/hostile-request.js';
import { faultsOf } from './support/hostile/judge.js';
import { sendHostile } from './support/hostile/send.js';
import { HOSTILE_SECRET, signed } from './support/hostile/signed.js';
import { RAW_REQUESTS, sendRaw } from './support/hostile/raw.js';

/** So many requests are sent; the same seed makes the same ones. */
const COUNT = Number(process.env['HOSTILE'] ?? 1_000);
const SEED = Number(process.env['HOSTILE_SEED'] ?? 6);
const BATCH = 250;
const AT_ONCE = 8;

let boards: FixtureBoards;
let services: AllServices;
let url: string;
let check: DocumentCheck;
let routes: Route[];
let known: Known;

beforeAll(async () => {
  boards = await startFixtureBoards();
  services = await startAllServices({ ...fixtureSettings(boards.url), ...HOSTILE_SECRET });
  url = services.gateway.url;
  const document = (await ask('GET', '/docs-json')) as unknown as Document & OpenApiDocument;
  check = new DocumentCheck(document);
  routes = routesOf(document);
  known = await settle();
});
afterAll(async () => {
  await services?.close();
  await boards?.close();
});

async function ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Puts something there that hostile requests can be about. */
async function settle(): Promise<Known> {
  await ask('PUT', '/profile', { resume: { basics: { name: 'Kim Example', email: 'kim@kim.example' } } });
  const created = await ask('POST', '/jobs', {
    jobs: [{ title: 'TypeScript engineer', company: 'Ahornau GmbH', url: 'https://ahornau.example/jobs/1' }],
  });
  const [job = ''] = created['jobIds'] as string[];
  const { runId } = (await ask('POST', '/workflows/maintenance?wait=60&dryRun=true', {})) as {
    runId: string;
  };
  const put = await ask('POST', '/deployments', {
    ...{ flow: 'maintenance', name: 'nightly', paused: true },
    triggers: [{ webhook: 'HOSTILE' }, { event: 'text' }, { event: 'text.>' }],
  });
  return {
    '/jobs': { id: job },
    '/flow-runs': { id: runId, name: 'go', nameOrStep: 'go' },
    '/analytics/flow-runs': { id: runId },
    '/lineage/runs': { id: runId },
    '/lineage': { collection: 'jobs', documentId: job },
    '/operations': { name: 'list_jobs' },
    '/workflows': { flow: 'maintenance', name: 'mark' },
    '/hooks': { deploymentId: String(put['id']) },
    '/deployments': { flow: String(put['flow']), name: String(put['name']) },
  };
}

/** Sends all of them, so many at a time; gives what was wrong, each kind once with an example, and how they ended. */
async function sendAll(): Promise<{ faults: string[]; statuses: Map<number, number> }> {
  const faults = new Map<string, string>();
  const statuses = new Map<number, number>();
  const requests = hostileRequests(routes, known);
  for (let from = 0; from < COUNT; from += BATCH) {
    const batch = fc.sample(requests, { numRuns: Math.min(BATCH, COUNT - from), seed: SEED + from });
    const send = async (): Promise<void> => {
      for (let request = batch.pop(); request; request = batch.pop()) {
        const answer = await sendHostile(url, signed(request));
        statuses.set(answer.status ?? 0, (statuses.get(answer.status ?? 0) ?? 0) + 1);
        for (const fault of faultsOf(request, answer, check)) {
          const route = check.pathOf(request.target) ?? request.target.slice(0, 60);
          faults.set(`${request.method} ${route} ${fault.slice(0, 60)}`, `${shown(request)} -> ${fault}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
  }
  return { faults: [...faults.values()], statuses };
}

const shown = ({ kind, method, target, headers, body }: HostileRequest): string =>
  `[${kind}] ${method} ${target.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${String(body ?? '').slice(0, 300)}`;

describe('the gateway and the services behind it', () => {
  it(
    'answer hostile requests as the document says, and fail on none',
    async () => {
      const { faults, statuses } = await sendAll();
      expect(faults).toEqual([]);
      expect(statuses.get(422)).toBeGreaterThan(0);
      expect(statuses.get(400)).toBeGreaterThan(0);
    },
    60_000 + COUNT * 600,
  );

  it.each(RAW_REQUESTS)('refuse what is no HTTP: %s', async (_what, bytes) => {
    const answer = await sendRaw(url, bytes);
    expect(answer === '' || /^HTTP\/1\.1 4\d\d /.test(answer) ? '' : answer.slice(0, 300)).toBe('');
  });

  it('do their work afterwards', async () => {
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(await ask('GET', '/health/ready')).toMatchObject({ status: 'ok' });
    expect(await ask('POST', '/operations/list_jobs', {})).toMatchObject({ status: 'success' });
    expect(await ask('GET', '/profile')).toHaveProperty('version');
    const run = await ask('POST', '/workflows/maintenance?wait=60&dryRun=true', {});
    expect(run['run']).toMatchObject({ status: 'completed' });
    expect(await ask('GET', '/documents')).toHaveProperty('items');
    expect(await ask('GET', '/applications')).toHaveProperty('items');
    expect(await ask('GET', '/deployments')).toHaveProperty('items');
  });
});
