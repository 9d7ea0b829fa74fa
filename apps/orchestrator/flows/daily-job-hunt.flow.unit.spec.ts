import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RetryableError, TerminalError } from '#libs/operations';
import { BOTH_WAYS, testEnvironment } from '#libs/flows/testing';
import type { PlayedOperations, TestEnvironment } from '#libs/flows/testing';
import { dailyJobHunt } from './daily-job-hunt.flow.js';
import { sendApplication } from './send-application.flow.js';

interface Asked {
  readonly jobId: string;
  readonly applicationId: string;
  readonly template: string;
  readonly metadata: object;
}

const sha256 = 'c'.repeat(64);
const KEYWORDS = ['koch'];
const INPUT = { keywords: KEYWORDS, sources: ['arbeitnow', 'greenhouse'] };
const found = (...jobIds: string[]) => ({ success: true, jobsCreated: jobIds.length, jobIds, message: null });
const match = (jobId: string, score: number) => ({
  jobId,
  title: 'Koch',
  company: `House ${jobId}`,
  employer: `house ${jobId}`,
  postings: [jobId, `${jobId}-elsewhere`],
  score,
  excluded: null,
});
const application = (jobId: string, over: object = {}) => ({
  id: `app-${jobId}`,
  status: 'prepared',
  wentOut: 'no',
  identities: [jobId],
  preparedAt: '2026-01-01T00:00:00.000Z',
  title: 'Koch',
  company: 'Moor',
  channel: 'email',
  to: 'jobs@moor.example',
  sha256,
  ...over,
});

let there: { identities: string[] }[];
let approvals: { name: string; status: string; answeredAt?: string }[];
let notices: Asked[];
let sent: string[];
let env: TestEnvironment;
let replayAlways: boolean;

const playing = (over: PlayedOperations = {}): PlayedOperations => ({
  scrape_arbeitnow: found('a', 'b'),
  scrape_greenhouse: found('b', 'c'),
  process_jobs: ({ jobIds }: { jobIds: string[] }) => ({
    ...{ success: true, jobsProcessed: jobIds.length, merged: 0, reposts: 0, agencies: 0, errors: [] },
  }),
  match_jobs: { matches: [match('b', 0.9), match('a', 0.85), match('c', 0.4)], highMatches: ['b', 'a'] },
  list_applications: ({ jobIds }: { jobIds: string[] }) => ({
    items: there.filter(({ identities }) => identities.some((id) => jobIds.includes(id))),
    nextCursor: null,
  }),
  list_approvals: ({ name }: { name: string }) => ({
    items: approvals.filter((approval) => approval.name === name),
    nextCursor: null,
  }),
  get_profile: { standingRule: null },
  generate_cv: ({ jobId }: Asked) => ({ success: true, cvId: `cv-${jobId}` }),
  generate_letter: ({ jobId }: Asked) => ({ success: true, letterId: `letter-${jobId}` }),
  prepare_application: ({ jobId }: Asked) => ({ success: true, applicationId: `app-${jobId}`, sha256 }),
  get_application: ({ applicationId }: Asked) => application(applicationId.slice(4)),
  apply_job: ({ applicationId }: Asked) => {
    sent.push(applicationId);
    return { success: true, status: 'sent', applyUrl: null };
  },
  withdraw_application: { success: true, status: 'withdrawn' },
  notify: (notice: Asked) => {
    notices.push(notice);
    return { success: true };
  },
  ...over,
});
const world = async (over: PlayedOperations = {}): Promise<void> => {
  env = await testEnvironment({
    flows: [dailyJobHunt, sendApplication],
    operations: playing(over),
    replayAlways,
  });
};
const told = (): string[] => notices.map(({ template }) => template).sort();

beforeEach(() => {
  there = [];
  approvals = [];
  notices = [];
  sent = [];
});
afterEach(() => env.close());

describe.each(BOTH_WAYS)('the hunt of a day, %s', (_how, always) => {
  beforeEach(() => {
    replayAlways = always;
  });

  it('makes applications for the best ready, sends nothing, and ends while they wait for a word', async () => {
    await world();
    const run = await env.start(dailyJobHunt, INPUT);
    const result = await run.result<{ applications: { runId: string }[] }>();
    expect(result).toMatchObject({
      success: true,
      reason: null,
      jobsScraped: 3,
      highMatches: 2,
      cvsGenerated: 2,
      applications: [
        { jobId: 'b', status: 'waiting', cvId: 'cv-b', letterId: 'letter-b', applicationId: 'app-b' },
        { jobId: 'a', status: 'waiting', score: 0.85 },
      ],
    });
    expect(told()).toEqual(['approval-waiting', 'approval-waiting', 'hunt-summary']);
    expect(sent).toEqual([]);

    const [first, second] = result.applications.map(({ runId }) => env.run(runId));
    await first!.approve();
    expect(await first!.result()).toMatchObject({ success: true, status: 'sent', applicationId: 'app-b' });
    await second!.decline();
    expect(await second!.result()).toMatchObject({ success: false, reason: 'declined', status: 'withdrawn' });
    expect(sent).toEqual(['app-b']);
    expect(told()).toContain('application-sent');
  });

  it('gives up waiting for a word after as many days as it was told', async () => {
    await world();
    const run = await env.start(dailyJobHunt, { ...INPUT, top: 1, approvalDays: 2 });
    const { applications } = await run.result<{ applications: { runId: string }[] }>();
    expect(applications).toHaveLength(1);
    expect(await env.run(applications[0]!.runId).result()).toMatchObject({ reason: 'approval_expired' });
    expect(env.now().toISOString()).toBe('2026-01-03T00:00:00.000Z');
    expect(sent).toEqual([]);
  });

  it.each([
    ['waits', { status: 'prepared' }],
    ['was sent', { status: 'sent' }],
    ['was declined', { status: 'withdrawn' }],
    ['did not go out', { status: 'failed' }],
  ])('leaves a job alone whose application %s', async (_what, standing) => {
    there = [application('other', { ...standing, identities: ['b-elsewhere', 'other'] })];
    await world();
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({ highMatches: 2, applications: [{ jobId: 'a' }] });
  });

  it('makes one application for each employer, that for the best of its jobs', async () => {
    const same = [match('b', 0.9), match('a', 0.85)].map((one) => ({ ...one, employer: 'moor' }));
    await world({ match_jobs: { matches: [...same, match('c', 0.8)], highMatches: ['b', 'a', 'c'] } });
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({
      highMatches: 3,
      applications: [{ jobId: 'b' }, { jobId: 'c' }],
    });
  });

  it.each([
    ['waits for longer than a day', { status: 'pending' }],
    ['was approved and waits for its day', { status: 'approved', answeredAt: '2025-12-20T00:00:00.000Z' }],
  ])('leaves a job alone whose application %s', async (_what, approval) => {
    there = [application('b', { preparedAt: '2025-12-01T00:00:00.000Z' })];
    approvals = [{ name: 'application app-b', ...approval }];
    await world();
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({ applications: [{ jobId: 'a' }] });
  });

  it('asks again where nothing waits for a word any more', async () => {
    there = [application('b', { preparedAt: '2025-12-01T00:00:00.000Z' })];
    await world();
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({ applications: [{ jobId: 'b' }, { jobId: 'a' }] });
  });

  it('says that there is nothing new where each job that fits has an application', async () => {
    there = [application('a'), application('b', { status: 'sent' })];
    await world();
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({ success: true, reason: 'nothing_new', applications: [] });
    expect(told()).toEqual(['nothing-new']);
  });

  it('ends without success, and says so, where nothing is found', async () => {
    await world({ scrape_arbeitnow: found(), scrape_greenhouse: found() });
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({ success: false, reason: 'no_jobs_found', jobsScraped: 0 });
    expect(notices).toMatchObject([{ template: 'no-jobs-found', metadata: { keywords: KEYWORDS } }]);
  });

  it('says that none fits well enough, and writes nothing', async () => {
    await world({ match_jobs: { matches: [match('c', 0.4)], highMatches: [] }, generate_cv: { cvId: 'no' } });
    const run = await env.start(dailyJobHunt, { ...INPUT, matchThreshold: 0.95 });
    expect(await run.result()).toMatchObject({ success: true, reason: 'no_high_matches', cvsGenerated: 0 });
    expect(notices).toMatchObject([{ template: 'no-high-matches', metadata: { matchThreshold: 0.95 } }]);
  });

  it('tries once more where no source answers, and then says why', async () => {
    const away = { ...found(), success: false, message: 'blocked' };
    await world({ scrape_arbeitnow: away, scrape_greenhouse: away });
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({
      success: false,
      reason: 'no_jobs_found',
      sources: [{ source: 'arbeitnow', message: 'blocked' }, { source: 'greenhouse' }],
    });
    expect(env.now().toISOString()).toBe('2026-01-01T00:05:00.000Z');
  });

  it('goes on with the others where one application fails', async () => {
    await world({
      generate_letter: ({ jobId }: Asked) => {
        if (jobId === 'b') throw new TerminalError('documents/bad-template', 'line 3 of the template');
        return { success: true, letterId: 'letter-a' };
      },
      prepare_application: () => {
        throw new TerminalError('applier/already-applied', 'it went out in May');
      },
    });
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({
      success: true,
      cvsGenerated: 2,
      applications: [
        { jobId: 'b', status: 'failed', letterId: null, error: { code: 'documents/bad-template' } },
        { jobId: 'a', status: 'already_applied', letterId: 'letter-a', runId: null },
      ],
    });
  });

  it('sends by the standing rule only where that is asked for, and asks where the rule does not cover', async () => {
    const rule = { get_profile: { standingRule: { leastScore: 0.9 } } };
    await world(rule);
    await (await env.start(dailyJobHunt, INPUT)).result();
    expect(sent).toEqual([]);
    await env.close();

    notices = [];
    await world({
      ...rule,
      apply_job: ({ applicationId, approval }: Asked & { approval: { kind: string } }) => {
        if (applicationId === 'app-a' && approval.kind === 'standing-rule')
          throw new TerminalError('applier/standing-rule', 'two went out today');
        sent.push(applicationId);
        return { success: true, status: 'sent' };
      },
    });
    const run = await env.start(dailyJobHunt, { ...INPUT, autoApply: true });
    const { applications } = await run.result<{ applications: { runId: string }[] }>();
    expect(applications).toMatchObject([
      { jobId: 'b', status: 'by_rule' },
      { jobId: 'a', status: 'by_rule' },
    ]);
    const summary = notices.find(({ template }) => template === 'hunt-summary');
    expect(summary).toMatchObject({ metadata: { byRule: 2, waiting: 0, failed: 0 } });
    const [first, second] = applications.map(({ runId }) => env.run(runId));
    expect(await first!.result()).toMatchObject({ success: true });
    expect(sent).toEqual(['app-b']);
    await second!.approve();
    expect(await second!.result()).toMatchObject({ success: true });
  });

  it('needs a profile, and says so before it searches', async () => {
    await world({
      get_profile: () => {
        throw new TerminalError('documents/no-profile', 'no profile yet');
      },
    });
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({ success: false, reason: 'no_profile', sources: [] });
    expect(told()).toEqual(['no-profile']);
  });

  it('goes on where processing fails, tells the person where it fails itself', async () => {
    const broken = (): never => {
      throw new TerminalError('scraper/broken', 'it is broken');
    };
    await world({ process_jobs: broken });
    const run = await env.start(dailyJobHunt, INPUT);
    expect(await run.result()).toMatchObject({ success: true, cvsGenerated: 2 });
    await env.close();

    notices = [];
    await world({ match_jobs: broken });
    const failed = await env.start(dailyJobHunt, INPUT);
    expect(await failed.end()).toMatchObject({ status: 'failed' });
    expect(notices).toMatchObject([
      { template: 'hunt-failed', metadata: { error: expect.stringContaining('it is broken') } },
    ]);
  });

  it('matches what is there in a dry run, and makes nothing', async () => {
    await world({
      generate_cv: { success: true, cvId: null },
      generate_letter: { success: true, letterId: null },
    });
    const run = await env.start(dailyJobHunt, { ...INPUT, dryRun: true }, { flags: { dryRun: true } });
    expect(await run.result()).toMatchObject({
      cvsGenerated: 0,
      applications: [{ jobId: 'b', status: 'dry_run' }, { status: 'dry_run' }],
    });
  });
});

describe('an application that is prepared', () => {
  it.each(['sent', 'withdrawn', 'to_hand_in'])('is not asked for where it is %s', async (status) => {
    await world({ get_application: application('a', { status }) });
    const run = await env.start(sendApplication, { applicationId: 'app-a' });
    expect(await run.result()).toMatchObject({ success: false, reason: 'not_prepared', status });
    expect(notices).toEqual([]);
  });

  it('is said to have been applied to where it went out by another way', async () => {
    await world({ get_application: application('a', { status: 'sent', wentOut: 'yes' }) });
    const early = await env.start(sendApplication, { applicationId: 'app-a' });
    expect(await early.result()).toMatchObject({ success: false, reason: 'already_applied' });
    await env.close();

    await world({
      apply_job: () => {
        throw new TerminalError('applier/already-applied', 'it went out just now');
      },
    });
    const late = await env.start(sendApplication, { applicationId: 'app-a' });
    await late.approve();
    expect(await late.result()).toMatchObject({
      reason: 'already_applied',
      error: { message: expect.any(String) },
    });
    expect(told()).toEqual(['approval-waiting']);
  });

  it('goes out on the next day where enough went out today, for a yes is not lost', async () => {
    const tries: string[] = [];
    await world({
      apply_job: () => {
        tries.push(env.now().toISOString().slice(0, 10));
        if (tries.length < 3) throw new TerminalError('applier/daily-limit', 'three went out today');
        return { success: true, status: 'sent', applyUrl: null };
      },
    });
    const run = await env.start(sendApplication, { applicationId: 'app-a' });
    await run.approve();
    expect(await run.result()).toMatchObject({ success: true, status: 'sent' });
    expect(tries).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
    expect(told()).toEqual(['application-sent', 'application-tomorrow', 'approval-waiting']);
  });

  it('is tried again an hour later where the mail server defers, without asking again', async () => {
    const tries: Date[] = [];
    await world({
      apply_job: () => {
        tries.push(env.now());
        if (tries.length < 6) throw new RetryableError('applier/mail-deferred', 'greylisted');
        return { success: true, status: 'sent', applyUrl: null };
      },
    });
    const run = await env.start(sendApplication, { applicationId: 'app-a' });
    await run.approve();
    expect(await run.result()).toMatchObject({ success: true });
    expect(told()).toEqual(['application-sent', 'approval-waiting']);
    expect(tries[5]!.getTime() - tries[0]!.getTime()).toBeGreaterThan(3_600_000);
  });

  it('tells what went wrong where it was approved and could not be sent', async () => {
    await world({
      apply_job: () => {
        throw new TerminalError('applier/not-approved', 'something else would go out');
      },
    });
    const run = await env.start(sendApplication, { applicationId: 'app-a' });
    await run.approve();
    expect(await run.result()).toMatchObject({ reason: 'failed', error: { code: 'applier/not-approved' } });
    expect(notices.at(-1)).toMatchObject({
      template: 'application-failed',
      metadata: { error: 'something else would go out', company: 'Moor' },
    });
  });
});
