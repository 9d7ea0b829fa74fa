import { beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatedRun } from '#libs/flows/testing';
import { smartJobApplication } from './smart-job-application.flow.js';

const input = {
  jobId: 'job-1',
  cvTemplate: 'default',
  letterTemplate: 'default',
  approvalDays: 14,
  autoApplyThreshold: 0.9,
  dryRun: false,
};
const sha256 = 'b'.repeat(64);
const names = (run: SimulatedRun): string[] =>
  run.decisions.flatMap((event) => (event.type === 'TaskScheduled' ? [event.task] : []));

let run: SimulatedRun;
beforeEach(async () => {
  run = new SimulatedRun(smartJobApplication);
  await run.start(input);
});

const result = (): unknown => {
  const last = run.decisions.at(-1);
  return last?.type === 'FlowCompleted' ? last.result : last;
};

/** Comes to the point where it is asked by what right it may be sent. */
async function prepared(standingRule: object | null): Promise<void> {
  await run.succeed(1, { score: 0.95, excluded: null });
  await run.succeed(2, { cvId: 'cv-1' });
  await run.succeed(3, { letterId: 'letter-1' });
  await run.succeed(4, { success: true, applicationId: 'app-1', sha256, channel: 'email' });
  await run.succeed(5, { version: 1, standingRule });
}

describe('an application that depends on how well the job fits', () => {
  it.each([
    [{ score: 0.5, excluded: null }, 'low_match_score'],
    [{ score: 0.99, excluded: { why: 'its employer is blocked' } }, 'excluded'],
  ])('is not made for %j', async (match, reason) => {
    await run.succeed(1, match);
    expect(names(run)).toEqual(['match_job']);
    expect(result()).toMatchObject({ applied: false, reason, matchScore: match.score, cvId: null });
  });

  it('says so where the job cannot be matched, and does nothing else', async () => {
    await run.fail(1, { code: 'jobs/not-found', message: 'no job job-1', disposition: 'terminal' });
    expect(names(run)).toEqual(['match_job']);
    expect(result()).toEqual({
      ...{ applied: false, reason: 'match_failed', matchScore: null },
      ...{ cvId: null, letterId: null, applicationId: null },
      error: { code: 'jobs/not-found', message: 'no job job-1' },
    });
  });

  it.each([
    [2, 'cv_generation_failed', null],
    [3, 'letter_generation_failed', 'cv-1'],
  ])('says that step %i failed: %s', async (step, reason, cvId) => {
    await run.succeed(1, { score: 0.95, excluded: null });
    if (step === 3) await run.succeed(2, { cvId: 'cv-1' });
    await run.fail(step, { code: 'documents/bad-template', message: 'line 3', disposition: 'terminal' });
    expect(result()).toMatchObject({
      applied: false,
      reason,
      cvId,
      error: { code: 'documents/bad-template', message: 'line 3' },
    });
  });

  it('waits for the person’s word where there is no standing rule', async () => {
    await prepared(null);
    expect(names(run)).not.toContain('apply_job');
    await run.approve(6);
    await run.succeed(7, { success: true, status: 'sent' });
    expect(result()).toMatchObject({ applied: true, reason: null, applicationId: 'app-1' });
  });

  it('is sent by the standing rule, which the applier judges', async () => {
    await prepared({ leastScore: 0.9 });
    expect(run.task(6)).toMatchObject({
      task: 'apply_job',
      input: { approvedSha256: sha256, approval: { kind: 'standing-rule', by: 'local' } },
    });
    await run.succeed(6, { success: true, status: 'sent' });
    expect(result()).toMatchObject({ applied: true, matchScore: 0.95 });
  });

  it('is shown to the person where the standing rule does not cover it', async () => {
    await prepared({ leastScore: 0.9 });
    await run.fail(6, {
      code: 'applier/standing-rule',
      message: 'two went out today',
      disposition: 'terminal',
    });
    expect(run.decisions.map(({ type }) => type)).toContain('ApprovalRequested');
    await run.decline(7);
    await run.fail(8, { code: 'applier/not-possible', message: 'it is gone', disposition: 'terminal' });
    expect(result()).toMatchObject({ applied: false, reason: 'declined', applicationId: 'app-1' });
  });
});
