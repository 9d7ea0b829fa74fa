import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGateway, type Gateway } from '#apps/gateway';
import { sampleOf, testNats } from '#libs/testing';
import { runCli } from './run-cli.js';
import { captureTerminal } from './testing/captured-terminal.js';

/**
 * The command for each route, with what to call it with. Where a command asks for the same by the operation behind the
 * route, that stands there too.
 */
const COMMANDS: Readonly<Record<string, string | { readonly args: string; readonly by: string }>> = {
  'GET /operations': 'operation ls',
  'GET /operations/{name}': 'operation inspect echo',
  'POST /operations/{name}': 'operation run echo --param text=ho',
  'GET /workflows': 'flow ls',
  'GET /workflows/{flow}': 'flow inspect song',
  'POST /workflows/{flow}': 'flow run song --detach',
  'GET /workflows/{flow}/state': 'state list song',
  'GET /workflows/{flow}/state/{name}': 'state get song mark',
  'PUT /workflows/{flow}/state/{name}': 'state set song mark 7',
  'DELETE /workflows/{flow}/state/{name}': 'state reset song mark',
  'GET /flow-runs': 'flow-run ls',
  'GET /flow-runs/{id}': 'flow-run inspect r1',
  'GET /flow-runs/{id}/logs': 'flow-run logs r1',
  'GET /flow-runs/{id}/events': 'flow-run watch r1',
  'GET /flow-runs/{id}/steps': 'flow-run steps r1',
  'GET /flow-runs/{id}/artifacts': 'flow-run artifacts r1',
  'GET /flow-runs/{id}/approvals': 'approvals show r1 send',
  'GET /flow-runs/{id}/children': 'flow-run children r1',
  'GET /flow-runs/{id}/export': 'flow-run export r1',
  'POST /flow-runs/{id}/signals/{name}': 'flow-run signal r1 go',
  'POST /flow-runs/{id}/approvals/{nameOrStep}': 'flow-run approve r1 send',
  'POST /flow-runs/{id}/pause': 'flow-run pause r1',
  'POST /flow-runs/{id}/resume': 'flow-run resume r1',
  'POST /flow-runs/{id}/cancel': 'flow-run cancel r1',
  'POST /flow-runs/{id}/restart': 'flow-run restart r1',
  'POST /flow-runs/{id}/undo': 'flow-run undo r1 --preview',
  'POST /flow-runs/bulk/cancel': 'flow-run cancel --flow song --dry-run',
  'POST /flow-runs/bulk/restart': 'flow-run restart --flow song --dry-run',
  'GET /flow-runs/bulk': 'flow-run bulk list',
  'GET /flow-runs/bulk/{id}': 'flow-run bulk show b1',
  'GET /flow-runs/bulk/{id}/events': 'flow-run bulk b1',
  'POST /flow-runs/bulk/{id}/stop': 'flow-run bulk stop b1',
  'GET /approvals': 'approvals ls',
  'GET /approvals/{id}': 'approvals show r1.4',
  'GET /artifacts': 'artifacts ls',
  'GET /artifacts/{id}': 'artifacts show a1',
  'GET /task-runs': 'task-run ls',
  'GET /task-runs/{id}': 'task-run inspect t1',
  'GET /task-runs/{id}/logs': 'task-run logs t1',
  'GET /analytics/flows': 'stats',
  'GET /analytics/operations': 'stats',
  'GET /analytics/trend': 'stats --trend day',
  'GET /analytics/flow-runs/{id}': 'stats --run r1',
  'POST /task-runs/{id}/replay': 'task-run replay t1',
  'GET /lineage/runs/{id}': 'lineage run r1',
  'GET /lineage/{collection}/{documentId}': 'lineage document jobs j1',
  'GET /dead-letters': 'dead-letters ls',
  'GET /dead-letters/{id}': 'dead-letters show d1',
  'POST /dead-letters/{id}/retry': 'dead-letters retry d1',
  'POST /dead-letters/{id}/drop': 'dead-letters drop d1 --reason old',
  'GET /audit/storage': 'audit storage',
  'GET /audit/rebuild': 'audit rebuild --state',
  'POST /audit/rebuild': 'audit rebuild --detach',
  'GET /audit/export/flow-runs': 'audit export flow-runs --out OUT',
  'GET /audit/export/task-runs': 'audit export task-runs --out OUT',
  'GET /jobs': 'jobs ls',
  'GET /jobs/search': 'jobs search typescript',
  'POST /jobs': 'jobs add FILE',
  'POST /jobs/from-url': 'jobs add https://jobs.example/1',
  'POST /jobs/bulk-delete': 'jobs rm j1 j2',
  'GET /jobs/{id}': 'jobs show j1',
  'PATCH /jobs/{id}': 'jobs set j1 interesting',
  'DELETE /jobs/{id}': { args: 'jobs rm j1', by: 'POST /jobs/bulk-delete' },
  'POST /jobs/{id}/match': 'jobs match j1',
  'POST /jobs/{id}/unmerge': 'jobs unmerge j1',
  'GET /sources': 'sources ls',
  'POST /sources/check': { args: 'sources check', by: 'POST /operations/check_sources' },
  'GET /sources/watched': { args: 'sources watched', by: 'POST /operations/list_watched_employers' },
  'POST /sources/watched': {
    args: 'sources watch acme --source lever',
    by: 'POST /operations/watch_employer',
  },
  'DELETE /sources/watched': {
    args: 'sources unwatch acme --source lever',
    by: 'POST /operations/unwatch_employer',
  },
  'GET /profile': 'profile show',
  'GET /profile/versions': 'profile versions',
  'PUT /profile': 'profile import RESUME',
  'PATCH /profile': 'profile preferences --title engineer',
  'GET /documents': 'documents ls',
  'GET /documents/templates': 'documents templates',
  'GET /documents/cvs/{id}': 'documents show c1',
  'GET /documents/letters/{id}': 'documents show l1 --kind letter',
  'GET /documents/{id}/file': 'documents save c1 --to OUT',
  'GET /applications': 'applications ls',
  'GET /applications/{id}': 'applications show a1',
  'GET /applications/{id}/files/{sha256}': 'applications prefill a1 --picture OUT',
  'PATCH /applications/{id}': 'applications set a1 interview',
  'POST /applications/{id}/prefill': 'applications prefill a1',
  'POST /applications/{id}/withdraw': 'applications withdraw a1',
  'GET /alerts': 'alerts ls',
  'GET /alerts/{id}': { args: 'alerts ls', by: 'GET /alerts' },
  'POST /alerts': 'alerts create late --kind failed --email kim@kim.example',
  'DELETE /alerts/{id}': 'alerts rm a1',
  'POST /alerts/{id}/test': 'alerts test a1',
  'GET /alerts/incidents': 'alerts incidents',
  'GET /me': 'whoami',
  'GET /keys': 'keys list',
  'GET /keys/{id}': { args: 'keys list', by: 'GET /keys' },
  'POST /keys': 'keys create laptop --role member',
  'POST /keys/{id}/rotate': 'keys rotate k1',
  'DELETE /keys/{id}': 'keys revoke k1',
  'GET /deployments': 'deployment ls',
  'POST /deployments': 'deployment create song/nightly',
  'GET /deployments/{flow}/{name}': 'deployment show song/nightly',
  'PUT /deployments/{flow}/{name}': 'deployment update song/nightly --description changed',
  'DELETE /deployments/{flow}/{name}': 'deployment rm song/nightly --yes',
  'POST /deployments/{flow}/{name}/pause': 'deployment pause song/nightly',
  'POST /deployments/{flow}/{name}/resume': 'deployment resume song/nightly',
  'POST /deployments/{flow}/{name}/run': 'deployment run song/nightly --no-follow',
  'GET /deployments/{flow}/{name}/next': 'deployment next song/nightly',
  'GET /deployments/{flow}/{name}/firings': 'deployment firings song/nightly',
  'POST /deployments/next': 'deployment next --cron 0_9_*_*_*',
  'POST /events': 'event send order.created',
  'POST /deployments/plan': 'deployment apply YML --dry-run',
  // What the plan says changes nothing is not asked for.
  'POST /deployments/apply': { args: 'deployment apply YML --yes', by: 'POST /deployments/plan' },
};

/** Where programs look, not people: `status` and `doctor` tell of the rest. */
const FOR_PROGRAMS = [
  ...['GET /health', 'GET /health/live', 'GET /health/ready', 'GET /metrics'],
  'POST /hooks/{deploymentId}',
];

let gateway: Gateway;
let folder: string;
let server: Server;
let asked: string[] = [];
let url: string;

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
type Responses = Readonly<
  Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> }>
>;

const shownRoutes = (): string[] =>
  gateway.routes
    .filter(({ path: at }) => !at.startsWith('/docs') && !at.includes('*'))
    .flatMap(({ path: at, methods }) =>
      methods.filter((method) => !['HEAD', 'OPTIONS'].includes(method)).map((method) => `${method} ${at}`),
    );

beforeAll(async () => {
  gateway = await startGateway({
    natsUrl: testNats().url,
    port: 0,
    logLevel: 'silent',
    auth: { mode: 'off' },
  });
  const document = (await (await fetch(`${gateway.url}/docs-json`)).json()) as Described;
  folder = await mkdtemp(path.join(tmpdir(), 'routes-'));
  await writeFile(path.join(folder, 'FILE'), '[{"title":"Engineer"}]');
  await writeFile(path.join(folder, 'RESUME'), '{"basics":{"name":"Kim Example"}}');
  await writeFile(path.join(folder, 'YML'), 'deployments:\n  - flow: song\n    name: nightly\n');
  // Answers as the document says that the gateway does.
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    const method = request.method ?? 'GET';
    asked.push(`${method} ${pathname}`);
    const route = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .find((template) => new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname));
    const responses = document.paths[route ?? '']?.[method.toLowerCase()]?.responses ?? {};
    const [status = '404', answer] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
    const [type = 'application/json', content] = Object.entries(answer?.content ?? {})[0] ?? [];
    response.writeHead(Number(status), { 'content-type': type });
    if (type === 'text/event-stream') {
      const end = { runId: 'r1', status: 'done', action: 'cancel', failures: [], result: null, error: null };
      response.end(`event: end\ndata: ${JSON.stringify(end)}\n\n`);
      return;
    }
    const resolve = (reference: string): unknown => {
      const [, , kind = '', name = ''] = reference.split('/');
      return document.components[kind]?.[name];
    };
    response.end(type.includes('json') ? JSON.stringify(sampleOf(content?.schema, resolve)) : 'bytes');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const matches = (route: string, request: string): boolean =>
  new RegExp(`^${route.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(request);

describe('the command line', () => {
  it('has a command for every route of the gateway, and for none that there is not', () => {
    const routes = shownRoutes().filter((route) => !FOR_PROGRAMS.includes(route));
    expect(Object.keys(COMMANDS).sort()).toEqual(routes.sort());
  });

  it.each(Object.entries(COMMANDS))('asks for %s', async (route, command) => {
    const { args, by } = typeof command === 'string' ? { args: command, by: route } : command;
    asked = [];
    const words = args.split(' ').map((word) => {
      if (['FILE', 'OUT', 'YML', 'RESUME'].includes(word)) return path.join(folder, word);
      return word.replaceAll('_*', ' *').replace('0_9', '0 9');
    });
    const env = { JOBHUNTER_URL: url, JOBHUNTER_HOME: folder, JOBHUNTER_CONFIG: folder };
    const terminal = captureTerminal({ env });
    await runCli(['--json', ...words], terminal);
    const seen = asked.some((request) => matches(by, request));
    expect({ route, asked: seen ? [by] : asked, said: seen ? '' : terminal.stderr() }).toEqual({
      route,
      asked: [by],
      said: '',
    });
  });
});
