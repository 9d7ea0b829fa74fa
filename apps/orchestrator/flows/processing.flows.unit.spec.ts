import { describe, expect, it } from '@jest/globals';
import { SimulatedRun } from '#libs/flows/testing';
import { dailyJobProcessing } from './daily-job-processing.flow.js';
import { scrapeAndProcess } from './scrape-and-process.flow.js';

const processed = (over: object = {}) => ({
  success: true,
  jobsProcessed: 2,
  jobIds: ['a', 'b'],
  merged: 1,
  reposts: 0,
  agencies: 1,
  errors: [],
  more: false,
  dryRun: false,
  ...over,
});
const found = (jobIds: string[]) => ({ success: true, jobsCreated: jobIds.length, jobIds, message: null });
const result = (run: SimulatedRun): unknown => {
  const last = run.decisions.at(-1);
  return last?.type === 'FlowCompleted' ? last.result : last;
};

describe('scrape and process', () => {
  const input = { sources: ['arbeitnow', 'greenhouse'], keywords: ['rust'], limit: 50, fetchDetails: true };

  it('processes each job that was found once', async () => {
    const run = new SimulatedRun(scrapeAndProcess);
    await run.start(input);
    await run.succeed(1, found(['a', 'b']));
    await run.succeed(2, found(['b', 'c']));
    expect(run.task(3)).toMatchObject({
      task: 'process_jobs',
      input: { jobIds: ['a', 'b', 'c'], batchSize: 100 },
    });
    await run.succeed(3, processed({ jobsProcessed: 3 }));
    expect(result(run)).toMatchObject({ success: true, jobsScraped: 3, jobsProcessed: 3, merged: 1 });
  });

  it('processes thousands side by side', async () => {
    const run = new SimulatedRun(scrapeAndProcess);
    await run.start({ ...input, sources: ['arbeitnow'] });
    await run.succeed(1, found(Array.from({ length: 2_500 }, (_, nth) => `job-${nth}`)));
    const sizes = [2, 3, 4].map((step) => (run.task(step).input as { jobIds: string[] }).jobIds.length);
    expect(sizes).toEqual([1_000, 1_000, 500]);
  });

  it('ends well with nothing to process where nothing was found', async () => {
    const run = new SimulatedRun(scrapeAndProcess);
    await run.start({ ...input, sources: ['arbeitnow'] });
    await run.succeed(1, found([]));
    expect(result(run)).toMatchObject({ success: true, jobsScraped: 0, jobsProcessed: 0 });
  });

  it('fails with every reason where no source answers', async () => {
    const run = new SimulatedRun(scrapeAndProcess);
    await run.start(input);
    for (const step of [1, 2]) await run.succeed(step, { ...found([]), success: false, message: 'blocked' });
    expect(result(run)).toMatchObject({
      type: 'FlowFailed',
      error: { message: 'no source could be searched: arbeitnow: blocked; greenhouse: blocked' },
    });
  });
});

describe('the daily processing', () => {
  const ids = (count: number): string[] => Array.from({ length: count }, (_, nth) => `job-${nth}`);

  it('shares out what is new, page by page, and sums up', async () => {
    const run = new SimulatedRun(dailyJobProcessing);
    await run.start({ batchSize: 50 });
    await run.succeed(1, { jobIds: ids(1_200), nextCursor: 'job-1199' });
    expect(run.task(2)).toMatchObject({ task: 'process_jobs', input: { batchSize: 50 } });
    expect((run.task(3).input as { jobIds: string[] }).jobIds).toHaveLength(200);
    await run.succeed(2, processed({ errors: [{ jobId: 'x', message: 'odd' }] }));
    await run.succeed(3, processed());
    expect(run.task(4)).toMatchObject({ task: 'list_new_jobs', input: { cursor: 'job-1199' } });
    await run.succeed(4, { jobIds: ['last'], nextCursor: null });
    await run.succeed(5, processed({ jobsProcessed: 1 }));
    expect(result(run)).toEqual({
      success: true,
      jobsProcessed: 5,
      merged: 3,
      reposts: 0,
      agencies: 3,
      failed: 1,
    });
  });

  it('goes on with the other shares where one fails', async () => {
    const run = new SimulatedRun(dailyJobProcessing);
    await run.start({ batchSize: 50 });
    await run.succeed(1, { jobIds: ids(1_200), nextCursor: null });
    await run.fail(2, { code: 'jobs/broken', message: 'odd', disposition: 'terminal' });
    await run.succeed(3, processed());
    expect(result(run)).toMatchObject({ success: false, jobsProcessed: 2, failed: 1_000 });
  });

  it('ends at once where nothing is new', async () => {
    const run = new SimulatedRun(dailyJobProcessing);
    await run.start({ batchSize: 50 });
    await run.succeed(1, { jobIds: [], nextCursor: null });
    expect(result(run)).toMatchObject({ success: true, jobsProcessed: 0 });
  });
});
