import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APPLIER_CONTRACTS, DocumentLineage, DOCUMENTS_CONTRACTS, SCRAPER_CONTRACTS } from '#libs/contracts';
import { inputSchemaOf, type DtoClass } from '#libs/operations';
import { HuntApps } from './support/hunt-apps.js';
import { leaveBehind, type LeftBehind } from './support/left-behind.js';
import { openingAt } from './support/openings.js';
import type { Answer, Person } from './support/person.js';

interface Ids extends LeftBehind {
  readonly jobId: string;
  readonly cvId: string;
  readonly letterId: string;
  readonly applicationId: string;
  readonly runId: string;
  /** Of the CV's file. */
  readonly sha256: string;
  /** Name of a deployment of `maintenance`. */
  readonly deployment: string;
  readonly keyId: string;
}

/** Of things that there are not. */
const NOBODYS: Ids = {
  jobId: 'job_0',
  cvId: 'cv_0',
  letterId: 'letter_0',
  applicationId: 'app_0',
  runId: 'run-0',
  sha256: '0'.repeat(64),
  deployment: 'nobodys',
  keyId: '0000000000000000',
  alertId: 'alert_0',
  artifactId: 'artifact_0',
  bulkId: '00000000-0000-0000-0000-000000000000',
  letterOfWork: 'nowhere.1',
  taskRunId: 'task-0',
  state: 'unkept',
};

let apps: HuntApps;
let kim: Person;
/** Has a profile too, so that nothing is refused for want of one. */
let lou: Person;
let kims: Ids;
let lous: Pick<Ids, 'jobId' | 'cvId' | 'letterId'>;

beforeAll(async () => {
  apps = await HuntApps.start();
  kim = apps.person('kim');
  lou = apps.person('lou');
  await Promise.all([kim.importProfile(), lou.importProfile()]);
  await kim.must('PATCH', '/profile', { preferences: { dailyLimit: 7 } });
  const jobId = await kim.bring(openingAt('Ahornau'));
  await kim.operate('process_jobs', { jobIds: [jobId] });
  const { runId, shown } = await kim.startApplying(jobId);
  const [cv, letter] = shown.attachments;
  kims = {
    jobId,
    cvId: cv!.documentId,
    letterId: letter!.documentId,
    applicationId: shown.applicationId,
    runId,
    sha256: cv!.sha256,
    deployment: 'kims-nights',
    keyId: (await kim.must<{ key: { id: string } }>('GET', '/me')).key.id,
    ...(await leaveBehind(apps, kim, jobId)),
  };
  await kim.must('POST', '/deployments', { flow: 'maintenance', name: kims.deployment, paused: true });
  const own = { jobId: await lou.bring(openingAt('Birkenau')) };
  const [{ cvId }, { letterId }] = await Promise.all([
    lou.operate<{ cvId: string }>('generate_cv', own),
    lou.operate<{ letterId: string }>('generate_letter', own),
  ]);
  lous = { ...own, cvId, letterId };
});
afterAll(() => apps.close());

const approved = {
  approvedSha256: 'a'.repeat(64),
  approval: { kind: 'person', by: 'lou', at: '2026-11-03T08:00:00Z' },
} as const;

/** Every operation that takes an id, the code that it refuses an unknown one with, and what it is asked. */
const OPERATIONS: readonly (readonly [name: string, code: string, input: (ids: Ids) => object])[] = [
  ['get_job', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['update_job', 'jobs/not-found', ({ jobId }) => ({ jobId, changes: { notes: 'mine' } })],
  ['unmerge_jobs', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['match_job', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['preview_scoring', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['generate_cv', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['generate_letter', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['get_cv', 'documents/unknown-document', ({ cvId }) => ({ cvId })],
  ['get_letter', 'documents/unknown-document', ({ letterId }) => ({ letterId })],
  ['get_document', 'documents/unknown-document', ({ cvId }) => ({ documentId: cvId })],
  ['get_document', 'documents/unknown-document', ({ letterId }) => ({ documentId: letterId })],
  // Of all that it takes, one is another's.
  ['prepare_application', 'jobs/not-found', ({ jobId }) => ({ ...lous, jobId })],
  ['prepare_application', 'documents/unknown-document', ({ cvId }) => ({ ...lous, cvId })],
  ['prepare_application', 'documents/unknown-document', ({ letterId }) => ({ ...lous, letterId })],
  ['apply_job', 'applier/unknown-application', ({ applicationId }) => ({ applicationId, ...approved })],
  ['apply_job', 'jobs/not-found', ({ jobId, cvId }) => ({ jobId, cvId, ...approved })],
  ['withdraw_application', 'applier/unknown-application', ({ applicationId }) => ({ applicationId })],
  [
    'update_application',
    'applier/unknown-application',
    ({ applicationId }) => ({ applicationId, notes: 'mine' }),
  ],
  ['get_application', 'applier/unknown-application', ({ applicationId }) => ({ applicationId })],
  [
    'get_application_file',
    'applier/unknown-application',
    ({ applicationId, sha256 }) => ({ applicationId, sha256 }),
  ],
  ['prefill_form', 'applier/unknown-application', ({ applicationId }) => ({ applicationId })],
];

/** Those that take many, and say of each what is wrong with it. */
const OF_MANY: readonly string[] = ['process_jobs', 'match_jobs', 'bulk_delete_jobs'];
/** Those whose ids are filters. */
const LISTS: readonly string[] = ['list_jobs', 'search_jobs', 'list_documents', 'list_applications'];

/**
 * Routes whose path names nothing that is anybody's: flows and operations; what a flow keeps, where each has their own
 * under the same name; hooks, which ask nobody who they are but for a signature.
 */
const NOBODYS_PATHS: readonly string[] = [
  'get /operations/{name}',
  'post /operations/{name}',
  'get /workflows/{flow}',
  'post /workflows/{flow}',
  'get /workflows/{flow}/state',
  'put /workflows/{flow}/state/{name}',
  'delete /workflows/{flow}/state/{name}',
  'post /hooks/{deploymentId}',
];
/** Documents that have a lineage: another is answered with a list of nothing. */
const LINEAGES: readonly (readonly [collection: string, id: 'jobId' | 'cvId'])[] = [
  ['jobs', 'jobId'],
  ['cvs', 'cvId'],
];

/** Every other route that takes an id. */
const ROUTES: readonly {
  readonly method: string;
  readonly path: string;
  readonly code: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}[] = [
  { method: 'GET', path: '/jobs/:jobId', code: 'jobs/not-found' },
  { method: 'PATCH', path: '/jobs/:jobId', code: 'jobs/not-found', body: { notes: 'mine' } },
  { method: 'DELETE', path: '/jobs/:jobId', code: 'jobs/not-found' },
  { method: 'POST', path: '/jobs/:jobId/match', code: 'jobs/not-found', body: {} },
  { method: 'POST', path: '/jobs/:jobId/unmerge', code: 'jobs/not-found', body: {} },
  { method: 'GET', path: '/documents/cvs/:cvId', code: 'documents/unknown-document' },
  { method: 'GET', path: '/documents/letters/:letterId', code: 'documents/unknown-document' },
  { method: 'GET', path: '/documents/:cvId/file', code: 'documents/unknown-document' },
  { method: 'GET', path: '/documents/:letterId/file?format=docx', code: 'documents/unknown-document' },
  { method: 'GET', path: '/applications/:applicationId', code: 'applier/unknown-application' },
  { method: 'GET', path: '/applications/:applicationId/files/:sha256', code: 'applier/unknown-application' },
  {
    method: 'PATCH',
    path: '/applications/:applicationId',
    code: 'applier/unknown-application',
    body: { notes: 'mine' },
  },
  {
    method: 'POST',
    path: '/applications/:applicationId/withdraw',
    code: 'applier/unknown-application',
    body: {},
  },
  {
    method: 'POST',
    path: '/applications/:applicationId/prefill',
    code: 'applier/unknown-application',
    body: {},
  },
  { method: 'GET', path: '/approvals/:runId.4', code: 'gateway/unknown-approval' },
  { method: 'GET', path: '/flow-runs/:runId', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/steps', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/approvals', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/artifacts', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/children', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/events', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/export', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/logs', code: 'audit/not-found' },
  { method: 'POST', path: '/flow-runs/:runId/pause', code: 'gateway/unknown-run', body: {} },
  { method: 'POST', path: '/flow-runs/:runId/resume', code: 'gateway/unknown-run', body: {} },
  { method: 'POST', path: '/flow-runs/:runId/restart', code: 'gateway/unknown-run', body: {} },
  {
    method: 'POST',
    path: '/flow-runs/:runId/signals/go',
    code: 'gateway/unknown-run',
    body: {},
  },
  { method: 'GET', path: '/flow-runs/bulk/:bulkId', code: 'gateway/unknown-bulk' },
  { method: 'GET', path: '/flow-runs/bulk/:bulkId/events', code: 'gateway/unknown-bulk' },
  { method: 'POST', path: '/flow-runs/bulk/:bulkId/stop', code: 'gateway/unknown-bulk', body: {} },
  { method: 'GET', path: '/analytics/flow-runs/:runId', code: 'audit/not-found' },
  { method: 'GET', path: '/lineage/runs/:runId', code: 'audit/not-found' },
  { method: 'GET', path: '/task-runs/:taskRunId', code: 'audit/not-found' },
  { method: 'GET', path: '/task-runs/:taskRunId/logs', code: 'audit/not-found' },
  { method: 'POST', path: '/task-runs/:taskRunId/replay', code: 'audit/not-found', body: {} },
  { method: 'GET', path: '/artifacts/:artifactId', code: 'audit/not-found' },
  { method: 'GET', path: '/alerts/:alertId', code: 'audit/not-found' },
  { method: 'DELETE', path: '/alerts/:alertId', code: 'audit/not-found' },
  { method: 'POST', path: '/alerts/:alertId/test', code: 'audit/not-found', body: {} },
  { method: 'GET', path: '/dead-letters/:letterOfWork', code: 'audit/not-found' },
  {
    method: 'POST',
    path: '/dead-letters/:letterOfWork/drop',
    code: 'audit/not-found',
    body: { reason: 'mine' },
  },
  { method: 'POST', path: '/dead-letters/:letterOfWork/retry', code: 'audit/not-found', body: {} },
  { method: 'GET', path: '/workflows/maintenance/state/:state', code: 'gateway/unknown-state' },
  {
    method: 'POST',
    path: '/flow-runs/:runId/approvals/4',
    code: 'gateway/unknown-run',
    body: { approved: true },
  },
  { method: 'POST', path: '/flow-runs/:runId/cancel', code: 'gateway/unknown-run', body: {} },
  { method: 'POST', path: '/flow-runs/:runId/undo', code: 'gateway/unknown-run', body: {} },
  { method: 'GET', path: '/keys/:keyId', code: 'gateway/no-such-key' },
  { method: 'DELETE', path: '/keys/:keyId', code: 'gateway/no-such-key' },
  { method: 'POST', path: '/keys/:keyId/rotate', code: 'gateway/no-such-key', body: {} },
  { method: 'GET', path: '/deployments/maintenance/:deployment', code: 'deployment/unknown' },
  {
    method: 'PUT',
    path: '/deployments/maintenance/:deployment',
    code: 'deployment/unknown',
    body: { paused: false },
    headers: { 'if-match': '*' },
  },
  { method: 'DELETE', path: '/deployments/maintenance/:deployment', code: 'deployment/unknown' },
  {
    method: 'POST',
    path: '/deployments/maintenance/:deployment/pause',
    code: 'deployment/unknown',
    body: {},
  },
  {
    method: 'POST',
    path: '/deployments/maintenance/:deployment/resume',
    code: 'deployment/unknown',
    body: {},
  },
  { method: 'POST', path: '/deployments/maintenance/:deployment/run', code: 'deployment/unknown', body: {} },
  { method: 'GET', path: '/deployments/maintenance/:deployment/next', code: 'deployment/unknown' },
  { method: 'GET', path: '/deployments/maintenance/:deployment/firings', code: 'deployment/unknown' },
];

const filled = (path: string, ids: Ids): string =>
  path.replace(/:(\w+)/g, (_, name: string) => ids[name as keyof Ids]);

/** What an answer says, word for word, but for the ids and what the request itself was known by. */
function said({ status, body }: Answer, ids: Ids): string {
  const { code, title, detail, errors } = body;
  let text = JSON.stringify({ status, code, title, detail, errors });
  for (const [name, id] of Object.entries<string>({ ...ids })) text = text.replaceAll(id, name);
  return text;
}

const takesId = (input: DtoClass): boolean =>
  Object.keys(inputSchemaOf(input).properties ?? {}).some((name) => /Ids?$/.test(name) && name !== 'userId');

describe('what belongs to another', () => {
  it('is asked for here by every operation that takes an id', () => {
    const taking = [...SCRAPER_CONTRACTS, ...DOCUMENTS_CONTRACTS, ...APPLIER_CONTRACTS]
      .filter(({ input }) => takesId(input))
      .map(({ name }) => name);
    const asked = new Set(OPERATIONS.map(([name]) => name));
    expect(taking.sort()).toEqual([...asked, ...OF_MANY, ...LISTS].sort());
  });

  it('is asked for here at every route that takes an id', async () => {
    const { paths } = await lou.must<{ paths: Record<string, object> }>('GET', '/docs-json');
    const places = Object.entries(paths)
      .filter(([path]) => path.includes('{'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    const asked = [...ROUTES.map(({ method, path }) => `${method.toLowerCase()} ${path}`)].map((route) =>
      route
        .replace(/\?.*/, '')
        .replace('/maintenance/:deployment', '/{flow}/{name}')
        .replace('/maintenance/state/:state', '/{flow}/state/{name}')
        .replace(/approvals\/4$/, 'approvals/{nameOrStep}')
        .replace(/signals\/go$/, 'signals/{name}')
        .replace(/:sha256/, '{sha256}')
        .replace(/:\w+(\.4)?/, '{id}'),
    );
    const ofDocuments = 'get /lineage/{collection}/{documentId}';
    expect([...new Set(asked), ofDocuments, ...NOBODYS_PATHS].sort()).toEqual(places.sort());
  });

  it.each(OPERATIONS)(
    'is to %s what is not there (%s), whoever the input names',
    async (name, code, input) => {
      const ask = (ids: Ids, more: object = {}) =>
        lou.ask('POST', `/operations/${name}`, { ...input(ids), ...more });
      const [another, nobody, named] = await Promise.all([
        ask(kims),
        ask(NOBODYS),
        ask(kims, { userId: 'kim' }),
      ]);
      expect(another).toMatchObject({ status: 404, body: { code } });
      expect(said(another, kims)).toBe(said(nobody, NOBODYS));
      expect(said(named, kims)).toBe(said(nobody, NOBODYS));
    },
  );

  it.each(ROUTES)('is not at $method $path', async ({ method, path, code, body, headers }) => {
    const ask = (ids: Ids) => lou.ask(method, filled(path, ids), body, headers);
    const [another, nobody] = await Promise.all([ask(kims), ask(NOBODYS)]);
    expect(another).toMatchObject({ status: 404, body: { code } });
    expect(said(another, kims)).toBe(said(nobody, NOBODYS));
  });

  it.each(LINEAGES)('has a lineage in %s that is empty to others', async (collection, id) => {
    const documentId = kims[id];
    // The records follow the log.
    while ((await apps.client.ask(DocumentLineage, { collection, documentId })).items.length === 0);
    const path = `/lineage/${collection}/${documentId}`;
    const { items } = await kim.must<{ items: { actor: object }[] }>('GET', path);
    for (const { actor } of items) expect(actor).toMatchObject({ userId: 'kim' });
    expect(items.length).toBeGreaterThan(0);
    expect(await lou.must('GET', path)).toMatchObject({ items: [], nextCursor: null });
    expect(await lou.ask('GET', `${path}?user=kim`)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'user', value: 'kim' }] },
    });
  });

  it('is not what lou keeps under the same name', async () => {
    const path = `/workflows/maintenance/state/${kims.state}`;
    await lou.must('PUT', path, { value: 2 });
    expect(await kim.must('GET', path)).toMatchObject({ value: 1 });
    expect((await lou.must<{ items: object[] }>('GET', '/workflows/maintenance/state')).items).toMatchObject([
      { name: kims.state, value: 2 },
    ]);
  });

  it('is not had by saying to be the other', async () => {
    for (const path of ['/jobs', '/profile', `/flow-runs/${kims.runId}`])
      expect(await lou.ask('GET', path, undefined, { 'x-user-id': 'kim' })).toMatchObject({
        status: 403,
        body: { code: 'gateway/not-for-others' },
      });
    const spoof = { grants: '*', 'user-id': 'kim', 'x-forwarded-user': 'kim' };
    expect((await lou.ask('GET', '/me', undefined, spoof)).body).toMatchObject({
      userId: 'lou',
      role: 'member',
    });
  });

  it('is had by an administrator who says for whom they act', async () => {
    const ask = (path: string, more: Record<string, string> = {}) =>
      fetch(new URL(path, apps.gatewayUrl), {
        headers: { authorization: `Bearer ${apps.adminKey}`, ...more },
      });
    expect((await ask(`/jobs/${kims.jobId}`)).status).toBe(404);
    expect((await ask(`/jobs/${kims.jobId}`, { 'x-user-id': 'kim' })).status).toBe(200);
    expect((await ask(`/flow-runs/${kims.runId}`, { 'x-user-id': 'lou' })).status).toBe(404);
    expect((await ask(`/flow-runs/${kims.runId}`)).status).toBe(200);
  });

  it.each(OF_MANY)('is no job of theirs to %s', async (name) => {
    const { body } = await lou.ask('POST', `/operations/${name}`, { jobIds: [kims.jobId] });
    expect(body).toMatchObject({
      status: 'failed',
      result: { success: false, errors: [{ item: kims.jobId, message: 'is no job of yours' }] },
    });
  });

  it('is in no list', async () => {
    for (const path of [
      '/jobs?company=Ahornau',
      `/documents?jobId=${kims.jobId}`,
      `/documents?kind=letter&jobId=${kims.jobId}`,
      '/applications',
      `/applications?jobId=${kims.jobId}`,
      '/flow-runs',
      '/flow-runs/bulk',
      '/approvals',
      '/alerts',
      '/alerts/incidents',
      '/artifacts',
      '/dead-letters',
      '/deployments',
      `/deployments?q=${kims.deployment}`,
    ])
      expect([path, (await lou.must('GET', path))['items']]).toEqual([path, []]);
  });

  it('is no profile of theirs, in no version', async () => {
    for (const named of [{}, { userId: 'kim' }])
      expect(await lou.operate('get_profile', named)).toMatchObject({
        userId: 'lou',
        version: 1,
        preferences: { dailyLimit: 100 },
      });
    expect(await kim.must('GET', '/profile?version=2')).toMatchObject({ preferences: { dailyLimit: 7 } });
    expect(await lou.ask('GET', '/profile?version=2')).toMatchObject({
      status: 404,
      body: { code: 'documents/unknown-version' },
    });
    expect((await lou.must('GET', '/profile/versions'))['items']).toMatchObject([{ version: 1 }]);
    expect(await apps.person('max').ask('GET', '/profile')).toMatchObject({
      status: 404,
      body: { code: 'documents/no-profile' },
    });
  });

  it('is nothing that a flow can apply to or send', async () => {
    for (const named of [{}, { userId: 'kim' }])
      expect(await lou.apply(kims.jobId, named)).toMatchObject({
        success: false,
        cvId: null,
        error: { code: 'jobs/not-found' },
      });
  });

  it('stays as it was', async () => {
    expect(await kim.must('GET', `/jobs/${kims.jobId}`)).toMatchObject({ status: 'new', notes: '' });
    expect(await kim.must('GET', `/applications/${kims.applicationId}`)).toMatchObject({
      status: 'prepared',
      notes: '',
    });
    expect(await kim.must('GET', `/flow-runs/${kims.runId}`)).toMatchObject({ status: 'waiting' });
    expect(await kim.must('GET', `/deployments/maintenance/${kims.deployment}`)).toMatchObject({
      ...{ paused: true, lastFiring: null },
    });
    expect(await kim.must('GET', `/alerts/${kims.alertId}`)).toMatchObject({ id: kims.alertId });
    expect(await kim.must('GET', `/dead-letters/${kims.letterOfWork}`)).toMatchObject({ status: 'open' });
    expect(apps.mail.handedOver()).toBe(0);
  });
});
