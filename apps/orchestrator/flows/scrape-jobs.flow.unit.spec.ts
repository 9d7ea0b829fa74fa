import { describe, expect, it } from '@jest/globals';
import { SimulatedRun } from '#libs/flows/testing';
import { scrapeJobs } from './scrape-jobs.flow.js';

const input = {
  sources: ['arbeitnow', 'greenhouse'],
  keywords: ['typescript'],
  limit: 10,
  fetchDetails: true,
  notify: true,
  dryRun: false,
};

const found = (source: string, ids: string[]) => ({
  success: true,
  source,
  jobsCreated: ids.length,
  jobsUpdated: 0,
  jobIds: ids,
  queryIndexId: 'q',
  taskRunId: 't',
  pages: [],
  dryRun: false,
  message: null,
});

const names = (run: SimulatedRun): string[] =>
  run.decisions.flatMap((event) => (event.type === 'TaskScheduled' ? [event.task] : []));

describe('the search over several sources', () => {
  it('searches every source for every keyword at once', async () => {
    const run = new SimulatedRun(scrapeJobs);
    await run.start({ ...input, keywords: ['typescript', 'rust'], location: 'Berlin' });
    expect(names(run)).toEqual([
      'scrape_arbeitnow',
      'scrape_arbeitnow',
      'scrape_greenhouse',
      'scrape_greenhouse',
    ]);
    expect(run.task(4).input).toEqual({
      query: { keywords: ['rust'], location: 'Berlin' },
      limit: 10,
      fetchDetails: true,
    });
  });

  it('asks which sources are on when none are named', async () => {
    const run = new SimulatedRun(scrapeJobs);
    await run.start({ ...input, sources: undefined });
    expect(names(run)).toEqual(['list_sources']);
    await run.succeed(1, {
      sources: [
        { name: 'arbeitnow', takes: ['query'] },
        { name: 'jsonld', takes: ['urls'] },
      ],
    });
    expect(names(run)).toEqual(['list_sources', 'scrape_arbeitnow']);
  });

  it('sums up per source, tells the person and ends well', async () => {
    const run = new SimulatedRun(scrapeJobs);
    await run.start(input);
    await run.succeed(1, found('arbeitnow', ['a', 'b']));
    await run.succeed(2, found('greenhouse', ['b']));
    expect(run.task(3)).toMatchObject({
      task: 'notify',
      input: {
        message: '3 new openings for typescript, 2 in all, from arbeitnow, greenhouse',
        notificationType: 'success',
      },
    });
    await run.succeed(3, { success: true, notificationId: 'n', taskRunId: 't' });
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowCompleted',
      result: { success: true, jobsCreated: 3, jobIds: ['a', 'b'], fallbackSource: null },
    });
  });

  it('goes on without a source that is dead', async () => {
    const run = new SimulatedRun(scrapeJobs);
    await run.start({ ...input, notify: false });
    await run.fail(1, { disposition: 'terminal', message: 'blocked' });
    await run.succeed(2, found('greenhouse', ['g']));
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowCompleted',
      result: {
        success: true,
        sources: [
          {
            source: 'arbeitnow',
            success: false,
            message: 'task scrape_arbeitnow (step 1) failed after 1 attempt: blocked',
          },
          { source: 'greenhouse', success: true },
        ],
      },
    });
  });

  it('tries a search three times more, a minute apart', async () => {
    const run = new SimulatedRun(scrapeJobs);
    await run.start(input);
    await run.fail(1, { message: 'too many requests' });
    const timer = run.decisions.at(-1);
    expect(timer).toMatchObject({ type: 'TimerScheduled', kind: 'task-retry' });
    expect(timer?.type === 'TimerScheduled' && timer.dueAt - run.now).toBeGreaterThanOrEqual(60_000);
  });

  it('asks another source when all have failed', async () => {
    const run = new SimulatedRun(scrapeJobs);
    await run.start({ ...input, sources: ['greenhouse'], notify: false });
    await run.fail(1, { disposition: 'terminal' });
    expect(names(run).at(-1)).toBe('scrape_arbeitnow');
    await run.succeed(2, found('arbeitnow', ['a']));
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowCompleted',
      result: { success: true, fallbackSource: 'arbeitnow' },
    });
  });

  it('is tried once more after five minutes when nothing answers, and then says why it failed', async () => {
    const run = new SimulatedRun(scrapeJobs);
    const failAll = async (first: number) => {
      await run.fail(first, { disposition: 'terminal', message: 'blocked' });
      await run.fail(first + 1, { disposition: 'terminal', message: 'down' });
    };
    await run.start({ ...input, notify: false });
    await failAll(1);
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'TimerScheduled',
      kind: 'flow-retry',
      dueAt: run.now + 300_000,
    });
    await run.fire('flow-retry-2');
    await failAll(3);
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowFailed' });
    const end = run.decisions.at(-1);
    expect(end?.type === 'FlowFailed' && end.error.message).toMatch(
      /^no source could be searched: arbeitnow: .*blocked; greenhouse: .*down$/,
    );
  });

  it('does not fail when the notification cannot be kept', async () => {
    const run = new SimulatedRun(scrapeJobs);
    await run.start({ ...input, sources: ['arbeitnow'] });
    await run.succeed(1, found('arbeitnow', ['a']));
    await run.fail(2, { disposition: 'terminal' });
    expect(run.decisions.at(-1)).toMatchObject({ type: 'FlowCompleted' });
  });
});
