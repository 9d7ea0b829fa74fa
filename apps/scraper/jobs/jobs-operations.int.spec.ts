import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import {
  BulkDeleteJobs,
  CreateJobsBatch,
  GetJob,
  GetProfile,
  ListJobs,
  MatchJob,
  MatchJobs,
  PreferencesDto,
  ProcessJobs,
  SearchJobs,
  UnmergeJobs,
  UpdateJob,
} from '#libs/contracts';
import type {
  ListJobsInput,
  MatchJobsInput,
  ProcessJobsInput,
  ProfileDto,
  SearchJobsInput,
} from '#libs/contracts';
import { Operation, startService } from '#libs/operations';
import type { OperationRun, RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { KIM, startTestScraper } from '../scraping/scraper.fixtures.js';
import type { TestScraper } from '../scraping/scraper.fixtures.js';

const LEE = { actor: { userId: 'lee', channel: 'cli' } } as const;

@Controller()
class Profiles {
  @Operation(GetProfile)
  async getProfile(_input: object, run: OperationRun): Promise<ProfileDto> {
    return {
      userId: run.actor.userId,
      version: 2,
      resume: { skills: [{ name: 'Backend', keywords: ['TypeScript'] }] },
      preferences: Object.assign(new PreferencesDto(), { titlesUnwanted: ['intern'] }),
      standingRule: null,
      updatedAt: new Date(0).toISOString(),
    };
  }
}

@Module({ controllers: [Profiles] })
class ProfilesModule {}

let scraper: TestScraper;
let documents: RunningService;

beforeAll(async () => {
  scraper = await startTestScraper(() => ({}));
  documents = await startService({
    service: 'documents',
    contracts: [GetProfile],
    nats: scraper.nats,
    logger: createLogger({ service: 'documents', level: 'silent' }),
    module: ProfilesModule,
  });
});
afterAll(async () => {
  await documents.close();
  await scraper.close();
});
beforeEach(() => scraper.clear());

const job = (title: string, said: object = {}) => ({
  title,
  company: 'Moorblick GmbH',
  locations: ['Oldenburg'],
  description: `We look for somebody.\nRequirements\n- Experience with TypeScript\nContact\n${title}`,
  ...said,
});
const create = async (jobs: object[], input: object = {}) =>
  scraper.client.call(CreateJobsBatch, { jobs: jobs as Record<string, unknown>[], ...input }, KIM);
const created = async (...titles: string[]): Promise<string[]> => {
  const { jobIds } = await create(titles.map((title) => job(title)));
  return jobIds;
};
const update = (jobId: string, changes: Record<string, unknown>, as: typeof KIM | typeof LEE = KIM) =>
  scraper.client.call(UpdateJob, { jobId, changes }, as);
const bulkDelete = (input: object, as: typeof KIM | typeof LEE = KIM) =>
  scraper.client.call(BulkDeleteJobs, input, as);
const search = (input: object, as: typeof KIM | typeof LEE = KIM) =>
  scraper.client.call(SearchJobs, input as SearchJobsInput, as);
const process = () => scraper.client.call(ProcessJobs, {} as ProcessJobsInput, KIM);

describe('create_jobs_batch', () => {
  it('keeps what is well formed and says of the rest what is wrong', async () => {
    const answer = await create([
      job('Cook'),
      { title: 'No employer' },
      job('Waiter', { url: 'x', color: 'red' }),
    ]);
    expect(answer).toMatchObject({ success: true, jobsCreated: 1, jobsUpdated: 0, dryRun: false });
    expect(answer.jobIds).toHaveLength(1);
    const blamed = answer.errors.map(({ item, field }) => `${item} ${field}`);
    expect([...new Set(blamed)].sort()).toEqual(['jobs[1] company', 'jobs[2] color', 'jobs[2] url']);
  });

  it('updates what it knows, and keeps lines of plain text apart', async () => {
    const first = await create([job('Cook')]);
    const again = await create([job('Cook', { description: 'a < b\n- c' })]);
    expect(again).toMatchObject({ jobsCreated: 0, jobsUpdated: 1, jobIds: first.jobIds });
    const { description, source } = await scraper.client.call(GetJob, { jobId: first.jobIds[0] ?? '' }, KIM);
    expect({ description, source: source.name }).toEqual({ description: 'a < b\n- c', source: 'manual' });
  });

  it('keeps nothing in a dry run, and answers false where nothing is well formed', async () => {
    expect(await create([job('Cook')], { dryRun: true })).toMatchObject({
      success: true,
      jobsCreated: 0,
      dryRun: true,
    });
    expect(await create([{}])).toMatchObject({ success: false, message: 'none of the jobs could be kept' });
    expect((await scraper.counts())[0]).toBe(0);
  });
});

describe('update_job', () => {
  it('answers with the fields that are others now', async () => {
    const [jobId = ''] = await created('Cook');
    expect(await update(jobId, { status: 'interesting', notes: '' })).toMatchObject({
      updated: { status: 'interesting' },
      job: { id: jobId, status: 'interesting', notes: '' },
    });
  });

  it('names every field that is unknown, protected or has a bad value, and changes none', async () => {
    const [jobId = ''] = await created('Cook');
    const changes = { status: 'gone', title: 'Chef', colour: 'red', notes: 'call' };
    await expect(update(jobId, changes)).rejects.toMatchObject({
      code: 'jobs/bad-changes',
      fields: [
        { field: 'changes.title', message: expect.stringMatching(/^is protected/) },
        { field: 'changes.colour', message: expect.stringMatching(/^is no field of a job/) },
        { field: 'changes.status', value: 'gone' },
      ],
    });
    expect(await scraper.client.call(GetJob, { jobId }, KIM)).toMatchObject({ status: 'new', notes: '' });
  });

  it("does not find another person's job", async () => {
    const [jobId = ''] = await created('Cook');
    await expect(update(jobId, { notes: 'x' }, LEE)).rejects.toMatchObject({ code: 'jobs/not-found' });
  });
});

describe('bulk_delete_jobs', () => {
  it('deletes by ids, and says which are none of the person’s', async () => {
    const [one = '', two = ''] = await created('Cook', 'Waiter');
    expect(await bulkDelete({ jobIds: [one, 'job_x'] })).toMatchObject({
      success: true,
      jobsDeleted: 1,
      jobIds: [one],
      errors: [{ item: 'job_x', message: 'is no job of yours' }],
    });
    expect(await bulkDelete({ jobIds: [two] }, LEE)).toMatchObject({ success: false, jobsDeleted: 0 });
    expect((await scraper.counts())[0]).toBe(1);
  });

  it('deletes one only while the person has said nothing else of it', async () => {
    const [one = '', two = ''] = await created('Cook', 'Waiter');
    const { revision } = await scraper.client.call(GetJob, { jobId: one }, KIM);
    await scraper.client.call(UpdateJob, { jobId: one, changes: { notes: 'call them' } }, KIM);
    const late = bulkDelete({ jobIds: [one], expectedRevision: revision });
    await expect(late).rejects.toMatchObject({ code: 'jobs/revision-conflict' });
    const several = bulkDelete({ jobIds: [one, two], expectedRevision: revision });
    await expect(several).rejects.toMatchObject({
      code: 'jobs/which',
      fields: [{ field: 'expectedRevision' }],
    });
    expect((await scraper.counts())[0]).toBe(2);
    const { revision: now } = await scraper.client.call(GetJob, { jobId: one }, KIM);
    expect(await bulkDelete({ jobIds: [one], expectedRevision: now })).toMatchObject({ jobsDeleted: 1 });
    expect(await bulkDelete({ jobIds: ['job_x'], expectedRevision: now })).toMatchObject({ jobsDeleted: 0 });
  });

  it('deletes by filters, in a dry run nothing', async () => {
    await created('Cook', 'Night cook', 'Waiter');
    expect(await bulkDelete({ filters: { title: 'COOK' }, dryRun: true })).toMatchObject({
      jobsDeleted: 2,
      dryRun: true,
    });
    expect((await scraper.counts())[0]).toBe(3);
    expect(await bulkDelete({ filters: { title: 'COOK' } })).toMatchObject({ jobsDeleted: 2 });
    expect((await scraper.counts())[0]).toBe(1);
  });

  it.each([
    ['nothing', {}, 'jobs/which'],
    ['no filter', { filters: {} }, 'jobs/which'],
    ['what narrows nothing', { filters: { includeTest: true } }, 'jobs/which'],
    ['a filter that is null', { filters: { title: null } }, 'jobs/which'],
    ['a null beside a filter', { filters: { title: null, company: 'Moorblick' } }, 'jobs/which'],
    ['ids and filters', { jobIds: ['a'], filters: { title: 'x' } }, 'jobs/which'],
    ['no id', { jobIds: [] }, 'operation/invalid-input'],
    ['a raw query', { filters: { $where: 'true' } }, 'operation/invalid-input'],
    ['an operator', { filters: { title: { $ne: '' } } }, 'operation/invalid-input'],
    [
      '10,001 ids',
      { jobIds: Array.from({ length: 10_001 }, (_, n) => `job_${n}`) },
      'operation/invalid-input',
    ],
  ])('given %s deletes nothing', async (_what, input, code) => {
    await created('Cook');
    await expect(bulkDelete(input)).rejects.toMatchObject({ code });
    expect((await scraper.counts())[0]).toBe(1);
  });

  it('refuses filters that meet more than 10,000', async () => {
    const [jobId = ''] = await created('Cook');
    const jobs = scraper.database.collection<{ _id: string }>('jobs');
    const { _id, ...rest } = (await jobs.findOne({ _id: jobId })) ?? { _id: '' };
    const copies = Array.from({ length: 10_000 }, (_, n) => ({
      ...rest,
      _id: `job_${n}`,
      source: { name: 'manual', postingId: `${n}`, references: {} },
    }));
    await jobs.insertMany(copies);
    await expect(bulkDelete({ filters: { title: 'cook' } })).rejects.toMatchObject({ code: 'jobs/too-many' });
    expect(await jobs.countDocuments()).toBe(10_001);
    expect(_id).toBe(jobId);
  }, 60_000);
});

describe('search_jobs', () => {
  it('finds words in any text of a job, with filters and page by page', async () => {
    await created('Cook', 'Night cook', 'Waiter');
    await process();
    const first = await search({ text: 'cook', limit: 1, sort: 'title' });
    expect(first.items.map(({ title }) => title)).toEqual(['Cook']);
    const second = await search({ text: 'cook', limit: 1, sort: 'title', cursor: first.nextCursor });
    expect(second).toMatchObject({ items: [{ title: 'Night cook' }], nextCursor: null });
    expect((await search({ text: 'typescript', skill: 'TypeScript', country: 'de' })).items).toHaveLength(3);
    expect((await search({ text: 'typescript', language: 'fr' })).items).toEqual([]);
    expect((await search({ text: 'cook' }, LEE)).items).toEqual([]);
    expect((await search({ text: '"night cook"' })).items).toHaveLength(1);
    const nulls = { title: null, company: null, location: null, skill: null, status: null } as object;
    expect((await search({ text: 'cook', ...nulls })).items).toHaveLength(2);
  });

  it('takes a job in a language that the database knows nothing of', async () => {
    const { jobIds } = await create([
      job('寿司職人', { language: 'ja', description: '寿司職人 を 募集 しています' }),
    ]);
    expect((await search({ text: '寿司職人' })).items.map(({ id }) => id)).toEqual(jobIds);
  });

  it('lists what is not processed yet', async () => {
    const jobIds = await created('Cook');
    const list = (processed: boolean) => scraper.client.call(ListJobs, { processed } as ListJobsInput, KIM);
    expect((await list(false)).items.map(({ id }) => id)).toEqual(jobIds);
    expect((await list(true)).items).toEqual([]);
  });
});

describe('matching', () => {
  it('scores one job with its reasons, and many with the best first', async () => {
    const [cook = '', intern = ''] = await created('Cook', 'Cook, intern');
    const { jobIds: poor } = await create([
      job('Baker', { description: 'Requirements\n- Rust and TypeScript' }),
    ]);
    await process();
    expect(await scraper.client.call(MatchJob, { jobId: cook }, KIM)).toMatchObject({
      score: 1,
      excluded: null,
      met: [{ skill: 'TypeScript', by: { path: 'skills[0].keywords[0]' } }],
      profileVersion: 2,
    });
    expect(await scraper.client.call(MatchJobs, { threshold: 0.9 } as MatchJobsInput, KIM)).toMatchObject({
      success: true,
      matches: [
        { jobId: cook, score: 1, excluded: null },
        { jobId: poor[0], score: 0.5, excluded: null },
        { jobId: intern, excluded: { why: 'unwanted-title' } },
      ],
      highMatches: [cook],
      jobsMatched: 3,
      jobsExcluded: 1,
    });
  });

  it('takes a merged posting for the one that stands for it, until they are unmerged', async () => {
    const [jobId = ''] = await created('Cook');
    await scraper.database.collection<{ _id: string }>('jobs').updateOne(
      { _id: jobId },
      {
        $set: {
          'source.name': 'stepstone',
          description: 'We look for somebody who cooks for many guests with care and joy in our house',
        },
      },
    );
    await create([
      job('Cook', {
        postingId: '2',
        description: 'We look for somebody who cooks for many guests with care and joy in our house',
      }),
    ]);
    expect(await process()).toMatchObject({ jobsProcessed: 2, merged: 2 });
    const { items } = await scraper.client.call(ListJobs, {} as ListJobsInput, KIM);
    const jobIds = items.map(({ id }) => id);
    const matchMany = () => scraper.client.call(MatchJobs, { jobIds } as MatchJobsInput, KIM);
    expect(await matchMany()).toMatchObject({ jobsMatched: 1 });
    expect(await scraper.client.call(UnmergeJobs, { jobId }, KIM)).toMatchObject({
      success: true,
      separated: [expect.any(String)],
    });
    expect(await matchMany()).toMatchObject({ jobsMatched: 2 });
    await process();
    expect(await scraper.client.call(UnmergeJobs, { jobId }, KIM)).toMatchObject({
      success: false,
      separated: [],
    });
  });

  it("says of a job that is another person's that there is none", async () => {
    const [jobId = ''] = await created('Cook');
    await expect(scraper.client.call(MatchJob, { jobId }, LEE)).rejects.toMatchObject({
      code: 'jobs/not-found',
    });
    expect(await scraper.client.call(MatchJobs, { jobIds: [jobId] } as MatchJobsInput, LEE)).toMatchObject({
      success: false,
      errors: [{ item: jobId }],
    });
  });
});
