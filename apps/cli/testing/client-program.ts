/**
 * What somebody would write against the client that is generated from the gateway's document. It is checked and run by
 * a spec; the types that it imports exist only there, so it stands here as a text.
 */
export const CLIENT_PROGRAM = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

const client = createClient<paths>({ baseUrl: process.argv[2]! });

async function must<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (data === undefined) throw new Error(response.url + ' ' + response.status + ' ' + JSON.stringify(error));
  return data;
}

type Problem = components['schemas']['Problem'];
type FlowRun = components['schemas']['FlowRun'];

async function problemOf(asked: Promise<{ error?: Problem; response: Response }>): Promise<string> {
  const { error, response } = await asked;
  return response.status + ' ' + error?.code;
}

const health = await must(client.GET('/health/live'));
const operations = await must(client.GET('/operations', { params: { query: { service: 'scraper' } } }));
const operation = await must(client.GET('/operations/{name}', { params: { path: { name: 'list_jobs' } } }));
const flows = await must(client.GET('/workflows'));

const profile = await must(
  client.PUT('/profile', {
    body: { resume: { basics: { name: 'Kim Example', email: 'kim@kim.example', summary: 'Builds services that last.' }, skills: [{ name: 'Programming', keywords: ['TypeScript'] }] }, preferences: { dailyLimit: 7 } },
  }),
);
const kept = await must(client.GET('/profile'));

const created = await must(
  client.POST('/jobs', {
    body: {
      jobs: [{ title: 'TypeScript engineer', company: 'Ahornau GmbH', url: 'https://ahornau.example/jobs/1', description: 'You write TypeScript.' }],
    },
  }),
);
const id = created.jobIds[0]!;
const job = await must(client.GET('/jobs/{id}', { params: { path: { id } } }));
const changed = await must(
  client.PATCH('/jobs/{id}', { params: { path: { id } }, body: { status: 'interesting', notes: 'call them' } }),
);
const jobs = await must(client.GET('/jobs', { params: { query: { limit: 1, sort: 'title', company: 'Ahornau' } } }));
const found = await must(client.GET('/jobs/search', { params: { query: { text: 'TypeScript' } } }));

// The operations themselves are typed as well.
const processed = await must(client.POST('/operations/process_jobs', { body: { jobIds: [id] } }));
const count: number = processed.result.jobsProcessed;
const cv = await must(client.POST('/operations/generate_cv', { body: { jobId: id } }));
const documents = await must(client.GET('/documents', { params: { query: { jobId: id } } }));
const templates = await must(client.GET('/documents/templates'));
const sources = await must(client.GET('/sources'));
const watched = await must(client.GET('/sources/watched'));
const applications = await must(client.GET('/applications', { params: { query: { sort: '-updatedAt' } } }));

const started = await must(
  client.POST('/workflows/daily_job_processing', {
    params: { query: { wait: 60 }, header: { 'Idempotency-Key': 'once' } },
    body: {},
  }),
);
const again = await must(
  client.POST('/workflows/daily_job_processing', { params: { header: { 'Idempotency-Key': 'once' } }, body: {} }),
);
const runId = started.runId;
const run: FlowRun = await must(client.GET('/flow-runs/{id}', { params: { path: { id: runId } } }));
const steps = await must(client.GET('/flow-runs/{id}/steps', { params: { path: { id: runId } } }));
const logs = await must(client.GET('/flow-runs/{id}/logs', { params: { path: { id: runId } } }));
const history = await must(client.GET('/flow-runs/{id}/export', { params: { path: { id: runId } } }));
const bulk = await must(
  client.POST('/flow-runs/bulk/cancel', { body: { filter: { flow: 'daily_job_processing' }, dryRun: true } }),
);
const runs = await must(client.GET('/flow-runs', { params: { query: { limit: 5 } } }));
const tasks = await must(client.GET('/task-runs', { params: { query: { flowRunId: runId } } }));
const approvals = await must(client.GET('/approvals'));
const artifacts = await must(client.GET('/artifacts'));
const statistics = await must(client.GET('/analytics/flows'));
const trend = await must(client.GET('/analytics/trend', { params: { query: { unit: 'day' } } }));
const state = await must(
  client.PUT('/workflows/{flow}/state/{name}', {
    params: { path: { flow: 'scrape_jobs', name: 'mark' } },
    body: { value: 7 },
  }),
);

const deployment = await must(
  client.POST('/deployments', {
    body: {
      flow: 'maintenance',
      name: 'called',
      paused: true,
      triggers: [{ event: 'order.*', where: { 'data.total': { $gte: 100 } } }, { webhook: 'CODE', scheme: 'github' }],
    },
  }),
);
const [trigger] = deployment.triggers;
const event = await must(
  client.POST('/events', { body: { type: 'order.created', data: { total: 120 } }, params: { header: { 'Idempotency-Key': 'order-1' } } }),
);

const refused = {
  unsigned: await problemOf(
    client.POST('/hooks/{deploymentId}', { params: { path: { deploymentId: deployment.id } }, body: { ref: 'main' } }),
  ),
  unknown: await problemOf(client.GET('/flow-runs/{id}', { params: { path: { id: 'nobody' } } })),
  // @ts-expect-error no list takes this many
  wrong: await problemOf(client.GET('/jobs', { params: { query: { limit: 'many' } } })),
  // @ts-expect-error there is no such status
  body: await problemOf(client.PATCH('/jobs/{id}', { params: { path: { id } }, body: { status: 'great' } })),
};

console.log(
  JSON.stringify({
    health: health.status,
    operations: operations.items.length > 5 && operation.service === 'scraper',
    flows: flows.items.some(({ name }) => name === 'scrape_jobs'),
    profile: [profile.version, kept.version],
    jobs: [job.title, changed.success, jobs.items.length, found.items.length, count],
    documents: [cv.status, documents.items[0]?.kind, templates.items.length > 0],
    sources: [sources.items.length > 5, watched.items.length],
    applications: applications.items.length,
    run: [run.status, again.existing, again.runId === runId, Array.isArray(runs.items)],
    parts: [steps.items.length > 0, Array.isArray(logs.items), history.flow, 'count' in bulk ? bulk.count : -1],
    records: [Array.isArray(tasks.items), approvals.items.length, artifacts.nextCursor],
    analytics: [Array.isArray(statistics.items), trend.items.length > 0],
    state: [state.found, state.value],
    triggers: [trigger?.event, deployment.links.hook === '/hooks/' + deployment.id, event.id],
    refused,
  }),
);
`;
