import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetApplication, UpdateApplication, WithdrawApplication } from '#libs/contracts';
import { KIM, playApplier } from '../testing/applier.fixtures.js';
import type { PlayedApplier } from '../testing/applier.fixtures.js';
import { startMailServer } from '#libs/mail/testing';
import type { MailServer } from '#libs/mail/testing';

const DRY = { ...KIM, flags: { dryRun: true } };
const FORM = { applyUrl: 'https://board.example/form' };

let mail: MailServer;
let applier: PlayedApplier;
let number = 0;
const newJob = (said = {}) => applier.world.addJob(`j${++number}`, said).id;
const statusOf = (jobId: string) => applier.world.jobs.get(jobId)?.status;

beforeAll(async () => {
  mail = await startMailServer();
  applier = await playApplier({ SMTP_URL: mail.url, CATCHER_SMTP_URL: mail.url });
});
afterAll(async () => {
  await applier.close();
  await mail.close();
});
beforeEach(() => {
  mail.manner = 'takes';
  applier.world.jobsAreOpen = true;
});

describe('a job', () => {
  it('is applied once its application went out, in all of its postings', async () => {
    const [a, b] = [newJob(), newJob()];
    applier.world.merge(a, b);
    const prepared = await applier.prepare(b);
    expect(statusOf(b)).toBe('new');
    await applier.apply(prepared);
    expect([statusOf(a), statusOf(b)]).toEqual(['applied', 'applied']);
  });

  it('is applied once its form is approved, and no more when that is withdrawn', async () => {
    const id = newJob(FORM);
    const { applicationId } = await applier.apply(await applier.prepare(id));
    expect(statusOf(id)).toBe('applied');
    await applier.client.call(WithdrawApplication, { applicationId }, DRY);
    expect(statusOf(id)).toBe('applied');
    await applier.client.call(WithdrawApplication, { applicationId }, KIM);
    expect(statusOf(id)).toBe('interesting');
  });

  it('is applied when a person says that they have sent it', async () => {
    const id = newJob(FORM);
    const { applicationId } = await applier.prepare(id);
    await applier.client.call(UpdateApplication, { applicationId, status: 'sent' }, DRY);
    expect(statusOf(id)).toBe('new');
    await applier.client.call(UpdateApplication, { applicationId, status: 'sent' }, KIM);
    expect(statusOf(id)).toBe('applied');
    await applier.client.call(WithdrawApplication, { applicationId }, KIM);
    expect(statusOf(id)).toBe('applied');
  });

  it('stays as it is where nothing went out, in a dry run and in test mode', async () => {
    const id = newJob();
    const prepared = await applier.prepare(id);
    await applier.apply(prepared, {}, DRY);
    mail.manner = 'greylists';
    await expect(applier.apply(prepared)).rejects.toMatchObject({ code: 'applier/mail-deferred' });
    mail.manner = 'takes';
    const testMode = { ...KIM, flags: { testMode: true } };
    expect(await applier.apply(await applier.prepare(id, {}, testMode), {}, testMode)).toMatchObject({
      status: 'sent',
    });
    expect(statusOf(id)).toBe('new');
  });
});

it('a job that cannot be marked changes nothing of how sending ends', async () => {
  const id = newJob();
  applier.world.jobsAreOpen = false;
  const { applicationId, ...answer } = await applier.apply(await applier.prepare(id));
  expect(answer).toMatchObject({ success: true, status: 'sent' });
  expect(statusOf(id)).toBe('new');
  expect(await applier.client.call(GetApplication, { applicationId }, KIM)).toMatchObject({
    status: 'sent',
    wentOut: 'yes',
  });
});
