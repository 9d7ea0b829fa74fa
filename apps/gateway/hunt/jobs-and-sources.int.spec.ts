import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import {
  BulkDeleteJobs,
  BulkDeleteJobsInput,
  CheckSources,
  CheckSourcesInput,
  CreateJobsBatch,
  CreateJobsBatchInput,
  ListWatchedEmployers,
  MatchJob,
  ScrapeUrl,
  ScrapeUrlInput,
  SearchJobs,
  SearchJobsInput,
  UnmergeJobs,
  UnmergeJobsInput,
  UnwatchEmployer,
  UnwatchEmployerInput,
  UpdateJob,
  UpdateJobInput,
  WatchEmployer,
  WatchEmployerInput,
} from '#libs/contracts';
import type {
  BulkDeleteJobsOutput,
  CheckSourcesOutput,
  CreateJobsBatchOutput,
  ListJobsOutput,
  ListWatchedEmployersOutput,
  MatchJobOutput,
  ScrapeOutput,
  UnmergeJobsOutput,
  UnwatchEmployerOutput,
  UpdateJobOutput,
  WatchEmployerOutput,
} from '#libs/contracts';
import { Operation, startService, TerminalError } from '#libs/operations';
import type { OperationRun, RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { TestGateway } from '../testing/test-gateway.js';

const taken: object[] = [];
const since = '2026-11-21T12:00:00.000Z';
const employer = { id: 'w1', source: 'lever', board: 'acme', name: null, watchedSince: since } as const;
const health = { lastOutcome: null, lastAskedAt: null, lastSuccessAt: null, lastMessage: null } as const;

/** Stands in for the service `scraper`: what it says is tested there. */
@Controller()
class ScraperStandIn {
  @Operation(SearchJobs)
  search(input: SearchJobsInput, run: OperationRun): ListJobsOutput {
    taken.push({ ...input, by: run.actor.userId });
    return { items: [], nextCursor: 'next' };
  }

  @Operation(CreateJobsBatch)
  create({ jobs }: CreateJobsBatchInput): CreateJobsBatchOutput {
    const errors = [{ item: 'jobs[1]', field: 'title', message: 'must say what the opening is' }];
    const dryRun = false;
    return {
      ...{ success: true, jobsCreated: jobs.length - 1, jobsUpdated: 0 },
      ...{ jobIds: ['j1'], errors, dryRun, message: null },
    };
  }

  @Operation(ScrapeUrl)
  scrapeUrl({ url, fetchDetails }: ScrapeUrlInput): ScrapeOutput {
    taken.push({ url, fetchDetails });
    return {
      ...{ success: true, source: 'lever', jobsCreated: 1, jobsUpdated: 0, jobIds: ['j1'], pages: [] },
      ...{ queryIndexId: null, taskRunId: null, dryRun: false, message: null },
    };
  }

  @Operation(UpdateJob)
  update({ jobId, changes }: UpdateJobInput, run: OperationRun): UpdateJobOutput {
    taken.push({ jobId, changes, dryRun: run.flags.dryRun });
    throw new TerminalError('jobs/not-found', `there is no job ${jobId}`);
  }

  @Operation(BulkDeleteJobs)
  delete({ jobIds = [], filters }: BulkDeleteJobsInput, run: OperationRun): BulkDeleteJobsOutput {
    taken.push({ jobIds, filters, dryRun: run.flags.dryRun });
    const deleted = jobIds.filter((id) => id === 'j1');
    const errors = jobIds
      .filter((id) => id !== 'j1')
      .map((item) => ({ item, field: null, message: 'is no job of yours' }));
    const success = deleted.length > 0 || errors.length === 0;
    const message = null;
    return {
      success,
      jobsDeleted: deleted.length,
      jobIds: deleted,
      errors,
      dryRun: run.flags.dryRun,
      message,
    };
  }

  @Operation(UnmergeJobs)
  unmerge({ jobId, from = [] }: UnmergeJobsInput): UnmergeJobsOutput {
    return { success: true, jobId, separated: from, message: null };
  }

  @Operation(MatchJob)
  match(): MatchJobOutput {
    throw new TerminalError('documents/no-profile', 'there is no profile yet');
  }

  @Operation(CheckSources)
  check(input: CheckSourcesInput): CheckSourcesOutput {
    taken.push({ ...input });
    return { success: true, sources: [], dryRun: false };
  }

  @Operation(WatchEmployer)
  watch(input: WatchEmployerInput, run: OperationRun): WatchEmployerOutput {
    taken.push({ ...input, by: run.actor.userId });
    return { success: true, added: true, employer: { ...employer, ...health }, dryRun: false };
  }

  @Operation(ListWatchedEmployers)
  watched(): ListWatchedEmployersOutput {
    return { employers: [{ ...employer, ...health }] };
  }

  @Operation(UnwatchEmployer)
  unwatch({ board }: UnwatchEmployerInput): UnwatchEmployerOutput {
    if (board === 'acme') return { success: true, source: 'lever', board, dryRun: false };
    throw new TerminalError('scraper/not-watched', `${board} is not watched`);
  }
}

@Module({ controllers: [ScraperStandIn] })
class ScraperModule {}

const CONTRACTS = [
  ...[SearchJobs, CreateJobsBatch, ScrapeUrl, UpdateJob, BulkDeleteJobs, UnmergeJobs, MatchJob],
  ...[CheckSources, WatchEmployer, ListWatchedEmployers, UnwatchEmployer],
];

let at: TestGateway;
let scraper: RunningService;
beforeAll(async () => {
  at = await TestGateway.start();
  scraper = await startService({
    ...{ nats: at.natsUrl, logger: createLogger({ service: 'spec', level: 'silent' }) },
    ...{ service: 'scraper', module: ScraperModule, contracts: CONTRACTS },
  });
});
afterAll(async () => {
  await scraper.close();
  await at.close();
});

describe('jobs', () => {
  it('are searched by words and filters, page by page', async () => {
    const { status, body } = await at.ask('/jobs/search?text=bread&remote=true&limit=5');
    expect([status, taken.at(-1)]).toMatchObject([
      200,
      { text: 'bread', remote: true, limit: 5, by: 'local' },
    ]);
    expect(body.links['next']).toContain('/jobs/search?text=bread&remote=true&limit=5&cursor=next');
    expect(await at.ask('/jobs/search?text=-')).toMatchObject({
      status: 400,
      body: {
        errors: [{ field: 'text', value: '-', message: expect.stringContaining('at least one word') }],
      },
    });
  });

  it('are brought many at once, and those that cannot be kept are named', async () => {
    const { status, body } = await at.post('/jobs', { jobs: [{ title: 'Baker', company: 'Oven' }, {}] });
    expect([status, body]).toMatchObject([200, { jobsCreated: 1, errors: [{ item: 'jobs[1]' }] }]);
    expect(await at.post('/jobs', { jobs: [] })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'jobs', value: [], message: 'jobs must hold at least one job' }] },
    });
  });

  it('are kept from a pasted address', async () => {
    const { status, body } = await at.post('/jobs/from-url', { url: 'https://jobs.lever.co/acme' });
    expect([status, body]).toMatchObject([200, { source: 'lever', jobIds: ['j1'] }]);
    expect(taken.at(-1)).toEqual({ url: 'https://jobs.lever.co/acme', fetchDetails: true });
    expect(await at.post('/jobs/from-url', { url: 'acme' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'url', value: 'acme', message: 'url must be an http or https address' }] },
    });
  });

  it('are changed in what the person says of them only', async () => {
    const said = { status: 'interesting', notes: 'near', dryRun: true };
    expect(await at.send('PATCH', '/jobs/j2', said)).toMatchObject({
      ...{ status: 404, body: { code: 'jobs/not-found' } },
    });
    const changes = { status: 'interesting', notes: 'near' };
    expect(taken.at(-1)).toEqual({ jobId: 'j2', changes, dryRun: true });
  });

  it.each([
    [{}, 'status'],
    [{ status: 'gone' }, 'status'],
    [{ notes: null }, 'notes'],
    [{ title: 'Baker' }, 'title'],
  ])('are not changed by %j', async (body, field) => {
    expect(await at.send('PATCH', '/jobs/j1', body)).toMatchObject({
      ...{ status: 422, body: { code: 'gateway/invalid-body', errors: [{ field }] } },
    });
  });

  it('are deleted one by one, or many at once', async () => {
    const remove = (path: string) => at.ask(path, { method: 'DELETE' });
    expect(await remove('/jobs/j1?dryRun=true')).toMatchObject({ status: 200, body: { jobsDeleted: 1 } });
    expect(taken.at(-1)).toMatchObject({ jobIds: ['j1'], dryRun: true });
    expect(await remove('/jobs/j2')).toMatchObject({
      status: 404,
      body: { code: 'jobs/not-found', errors: [{ field: 'id', value: 'j2' }] },
    });
    await at.post('/jobs/bulk-delete', { filters: { company: 'Oven' } });
    expect(taken.at(-1)).toMatchObject({ filters: { company: 'Oven' }, dryRun: false });
    expect(await at.post('/jobs/bulk-delete', { filters: { employer: 'Oven' } })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'filters.employer', value: 'Oven' }] },
    });
  });

  it('are taken apart again, and matched', async () => {
    expect(await at.post('/jobs/j1/unmerge', { from: ['j2'] })).toMatchObject({
      ...{ status: 200, body: { jobId: 'j1', separated: ['j2'] } },
    });
    expect(await at.post('/jobs/j1/match', { weights: { skills: -1 } })).toMatchObject({
      ...{ status: 422, body: { errors: [{ field: 'weights.skills', value: -1 }] } },
    });
    expect((await at.post('/jobs/j1/match', {})).status).toBe(404);
  });
});

describe('sources', () => {
  it('are checked, all or some of them', async () => {
    expect((await at.post('/sources/check', { sources: ['lever'], ask: false })).status).toBe(200);
    expect(taken.at(-1)).toMatchObject({ sources: ['lever'], ask: false });
    expect(await at.post('/sources/check', { sources: ['nowhere'] })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'sources[0]', value: 'nowhere' }] },
    });
  });

  it('have employers that one watches, in one’s own name', async () => {
    expect(await at.post('/sources/watched', { board: 'acme', source: 'lever' })).toMatchObject({
      ...{ status: 200, body: { added: true, employer: { board: 'acme' } } },
    });
    expect(taken.at(-1)).toMatchObject({ board: 'acme', source: 'lever', by: 'local' });
    expect(await at.post('/sources/watched', { board: 'acme', userId: 'other' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'userId' }] },
    });
    expect(await at.ask('/sources/watched?source=lever')).toMatchObject({
      status: 200,
      body: { items: [{ source: 'lever', board: 'acme' }] },
    });
    const unwatch = (query: string) => at.ask(`/sources/watched${query}`, { method: 'DELETE' });
    expect((await unwatch('?source=lever&board=acme')).status).toBe(200);
    expect(await unwatch('?board=oven')).toMatchObject({
      status: 404,
      body: { code: 'scraper/not-watched' },
    });
    expect(await unwatch('')).toMatchObject({ status: 400, body: { errors: [{ field: 'board' }] } });
  });
});

it('are all told in the description of the API', async () => {
  const { body } = await at.ask<{ paths: Record<string, object> }>('/docs-json');
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining([
      ...['/jobs/search', '/jobs/{id}/unmerge', '/sources/watched', '/sources/check', '/approvals/{id}'],
      ...['/jobs/{id}/match', '/applications/{id}/prefill'],
    ]),
  );
  expect(Object.keys(body.paths['/jobs/{id}'] ?? {})).toEqual(
    expect.arrayContaining(['get', 'patch', 'delete']),
  );
});
