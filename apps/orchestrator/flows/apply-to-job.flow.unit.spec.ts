import { beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatedRun } from '#libs/flows/testing';
import { applyToJob } from './apply-to-job.flow.js';

const input = {
  jobId: 'job-1',
  cvTemplate: 'default',
  letterTemplate: 'default',
  approvalDays: 14,
  dryRun: false,
};
const sha256 = 'a'.repeat(64);
const prepared = {
  success: true,
  applicationId: 'app-1',
  status: 'prepared',
  sha256,
  channel: 'email',
  to: 'work@firm.example',
  subject: 'Application',
  text: 'Here I am.',
  attachments: [],
  warnings: [{ code: 'same-employer', message: 'you applied there in May' }],
  applyUrl: null,
  dryRun: false,
  taskRunId: 't',
};

const names = (run: SimulatedRun): string[] =>
  run.decisions.flatMap((event) => (event.type === 'TaskScheduled' ? [event.task] : []));

let run: SimulatedRun;
beforeEach(async () => {
  run = new SimulatedRun(applyToJob);
  await run.start(input);
});

async function shown(): Promise<void> {
  await run.succeed(1, { success: true, cvId: 'cv-1' });
  await run.succeed(2, { success: true, letterId: 'letter-1' });
  await run.succeed(3, prepared);
}

const result = (): unknown => {
  const last = run.decisions.at(-1);
  return last?.type === 'FlowCompleted' ? last.result : last;
};

describe('an application to one job', () => {
  it('writes, shows exactly what would go out, and sends nothing before it is approved', async () => {
    await shown();
    expect(names(run)).toEqual(['generate_cv', 'generate_letter', 'prepare_application']);
    const asked = run.decisions.find((event) => event.type === 'ApprovalRequested');
    const { success: _, taskRunId: __, dryRun: ___, status: ____, ...exactly } = prepared;
    expect(asked).toMatchObject({ name: 'application app-1', payload: exactly, approvers: ['local'] });
  });

  it('sends just what was approved, in the name of who approved it', async () => {
    await shown();
    await run.approve(4, { comment: 'good' });
    expect(run.task(5)).toMatchObject({
      task: 'apply_job',
      input: {
        applicationId: 'app-1',
        approvedSha256: sha256,
        approval: { kind: 'person', by: expect.any(String), at: expect.any(String), comment: 'good' },
      },
    });
    await run.succeed(5, { success: true, status: 'sent' });
    expect(result()).toEqual({
      success: true,
      reason: null,
      cvId: 'cv-1',
      letterId: 'letter-1',
      applicationId: 'app-1',
      status: 'sent',
      error: null,
    });
  });

  it('sends nothing where the person declines, and withdraws it', async () => {
    await shown();
    await run.decline(4);
    expect(run.task(5)).toMatchObject({
      task: 'withdraw_application',
      input: { applicationId: 'app-1', preparedSha256: sha256, reason: 'declined' },
    });
    await run.succeed(5, { success: true, status: 'withdrawn' });
    expect(names(run)).not.toContain('apply_job');
    expect(result()).toMatchObject({ success: false, reason: 'declined', applicationId: 'app-1' });
  });

  it('sends nothing where nobody answers in time', async () => {
    await shown();
    const deadline = run.decisions.find((event) => event.type === 'TimerScheduled');
    expect(deadline).toMatchObject({ step: 4 });
    await run.fire(deadline!.timerId);
    expect(names(run)).not.toContain('apply_job');
    expect(result()).toMatchObject({ success: false, reason: 'approval_expired', applicationId: 'app-1' });
  });

  it('says what was made and what went wrong where no further try would mend it', async () => {
    await run.succeed(1, { success: true, cvId: 'cv-1' });
    await run.fail(2, {
      code: 'documents/unknown-template',
      message: 'no such one',
      disposition: 'terminal',
    });
    expect(result()).toEqual({
      success: false,
      reason: 'failed',
      cvId: 'cv-1',
      letterId: null,
      applicationId: null,
      status: null,
      error: { code: 'documents/unknown-template', message: 'no such one' },
    });
  });

  it('keeps nothing and asks nobody in a dry run', async () => {
    await run.succeed(1, { success: true, cvId: null });
    await run.succeed(2, { success: true, letterId: null });
    expect(result()).toMatchObject({ success: false, reason: 'dry_run', applicationId: null });
  });
});
