import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APPLIER_CONTRACTS, DocumentLineage, DOCUMENTS_CONTRACTS, SCRAPER_CONTRACTS } from '#libs/contracts';
import { inputSchemaOf, type DtoClass } from '#libs/operations';
import { HuntApps } from './support/hunt-apps.js';
import { leaveBehind } from './support/left-behind.js';
import { openingAt } from './support/openings.js';
import type { Answer, Person } from './support/person.js';
import {
  LINEAGES,
  LISTS,
  NOBODYS,
  NOBODYS_PATHS,
  OF_MANY,
  OPERATIONS,
  ROUTES,
} from './support/what-takes-an-id.js';
import type { Ids, Own } from './support/what-takes-an-id.js';

let apps: HuntApps;
let kim: Person;
/** Has a profile too, so that nothing is refused for want of one. */
let lou: Person;
let kims: Ids;
let lous: Own;

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
        lou.ask('POST', `/operations/${name}`, { ...input(ids, lous), ...more });
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
