import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FlowClient } from '#libs/flows';
import { BOTH_WAYS } from '#libs/flows/testing';
import { readMail } from './support/held-mail-server.js';
import { HuntApps } from './support/hunt-apps.js';
import { addressOf, openingAt, savedPageOf } from './support/openings.js';
import type { Person, Shown } from './support/person.js';

let apps: HuntApps;
let kim: Person;

beforeAll(async () => {
  apps = await HuntApps.start();
  kim = apps.person('kim');
  await kim.importProfile();
});
afterAll(() => apps.close());

const mailsTo = (employer: string) => apps.mail.acceptedFor(addressOf(employer));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each(BOTH_WAYS)('an application, %s,', (how, replayAlways) => {
  const employer = `Erlenau${how.length}`;
  beforeAll(() => apps.replaceOrchestrator(replayAlways));

  it('waits for the word of the person, and then goes out once, just as it was shown', async () => {
    const jobId = await kim.bring(openingAt(employer));
    const question = await kim.startApplying(jobId);
    const { shown } = question;
    expect(shown).toMatchObject({
      channel: 'email',
      to: addressOf(employer),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      attachments: [{ kind: 'cv' }, { kind: 'letter' }],
      warnings: [],
    });
    expect(mailsTo(employer)).toEqual([]);

    expect(await kim.approve(question)).toEqual({
      success: true,
      reason: null,
      cvId: shown.attachments[0]?.documentId,
      letterId: shown.attachments[1]?.documentId,
      applicationId: shown.applicationId,
      status: 'sent',
      error: null,
    });
    const mails = mailsTo(employer);
    expect(mails).toHaveLength(1);
    const mail = await readMail(mails[0]!);
    expect(mail).toMatchObject({
      from: { name: 'Kim Müller-Öz', address: 'kim@kim.example' },
      to: [{ address: shown.to }],
      subject: shown.subject,
    });
    expect(mail.text?.trim()).toBe(shown.text.trim());
    const files = mail.attachments.map(({ filename, content }) => ({
      fileName: filename,
      sha256: sha256(new Uint8Array(content as ArrayBuffer)),
    }));
    expect(files).toEqual(shown.attachments.map(({ fileName, sha256: sum }) => ({ fileName, sha256: sum })));

    const { applicationId } = shown;
    expect(await kim.must('GET', `/applications/${applicationId}`)).toMatchObject({
      status: 'sent',
      sha256: shown.sha256,
      approval: { kind: 'person', by: 'kim', sha256: shown.sha256 },
      mailSha256: sha256(mails[0]!.raw),
    });
    for (const { documentId, sha256: sum } of shown.attachments) {
      const { bytes } = await kim.must<{ bytes: Buffer }>('GET', `/documents/${documentId}/file`);
      expect(sha256(bytes)).toBe(sum);
    }
  });

  it('does not go out where the person declines', async () => {
    const jobId = await kim.bring(openingAt(`No${employer}`));
    const question = await kim.startApplying(jobId);
    await kim.answer(question, { approved: false, comment: 'too far' });
    const { applicationId } = question.shown;
    expect(await kim.result(question.runId)).toMatchObject({
      success: false,
      reason: 'declined',
      applicationId,
      status: null,
    });
    expect(mailsTo(`No${employer}`)).toEqual([]);
    expect(await kim.must('GET', `/applications/${applicationId}`)).toMatchObject({
      status: 'withdrawn',
      wentOut: 'no',
      approval: null,
    });
  });
});

describe('an approval', () => {
  it('counts once: of two at the same moment and one later all but the first are refused', async () => {
    const question = await kim.startApplying(await kim.bring(openingAt('Birkenau')));
    await Promise.all([
      kim.answer(question, { approved: true }),
      kim.answer(question, { approved: true, comment: 'I said so' }),
    ]);
    expect(await kim.result(question.runId)).toMatchObject({ success: true, status: 'sent' });
    expect(await kim.answer(question, { approved: true })).toMatchObject({
      status: 409,
      body: { code: expect.stringMatching(/^flow\/(run-ended|already-answered)$/) },
    });
    expect(mailsTo('Birkenau')).toHaveLength(1);
  });

  it('is refused a second time while the run still works on the first', async () => {
    const question = await kim.startApplying(await kim.bring(openingAt('Buchenau')));
    apps.mail.hold();
    const before = apps.mail.handedOver();
    expect(await kim.answer(question, { approved: true })).toMatchObject({ status: 202 });
    await apps.mail.reached(before + 1);
    expect(await kim.answer(question, { approved: true })).toMatchObject({
      status: 409,
      body: { code: 'flow/already-answered', detail: expect.stringContaining('kim') },
    });
    apps.mail.accept();
    expect(await kim.result(question.runId)).toMatchObject({ success: true, status: 'sent' });
    expect(mailsTo('Buchenau')).toHaveLength(1);
  });

  it('of an older version sends nothing, and the result says so; that of the newer one does', async () => {
    const jobId = await kim.bring(openingAt('Eichenau'));
    const older = await kim.startApplying(jobId);
    const { items } = await kim.must<{ items: { kind: string; name: string }[] }>(
      'GET',
      '/documents/templates',
    );
    const cvTemplate = items.find(({ kind, name }) => kind === 'cv' && name !== 'default')?.name;
    const newer = await kim.startApplying(jobId, { cvTemplate });
    expect(newer.shown.applicationId).toBe(older.shown.applicationId);
    expect(newer.shown.sha256).not.toBe(older.shown.sha256);

    expect(await kim.approve(older)).toMatchObject({
      success: false,
      reason: 'failed',
      applicationId: older.shown.applicationId,
      error: {
        code: 'applier/not-approved',
        message: expect.stringMatching(/is not what would go out .*: show it again and ask again/),
      },
    });
    expect(mailsTo('Eichenau')).toEqual([]);
    expect(await kim.approve(newer)).toMatchObject({ success: true, status: 'sent' });
    expect(mailsTo('Eichenau')).toHaveLength(1);
  });

  it('that is declined takes out of the way only what it showed, and nothing that was sent or made anew', async () => {
    const jobId = await kim.bring(openingAt('Pappelau'));
    const older = await kim.startApplying(jobId);
    await kim.must('PATCH', '/profile', { resume: { basics: { phone: '+49 30 7654321' } } });
    const newer = await kim.startApplying(jobId);
    const same = await kim.startApplying(jobId);
    const status = async () =>
      (await kim.must('GET', `/applications/${newer.shown.applicationId}`))['status'];

    await kim.answer(older, { approved: false });
    expect(await kim.result(older.runId)).toMatchObject({ reason: 'declined' });
    expect(await status()).toBe('prepared');
    expect(await kim.approve(same)).toMatchObject({ success: true, status: 'sent' });
    await kim.answer(newer, { approved: false });
    expect(await kim.result(newer.runId)).toMatchObject({ reason: 'declined' });
    expect(await status()).toBe('sent');
    expect(mailsTo('Pappelau')).toHaveLength(1);
  });

  it('by somebody else is refused, whichever way it comes', async () => {
    const question = await kim.startApplying(await kim.bring(openingAt('Ulmenau')));
    const { runId, step } = question;
    expect(await apps.person('lou').answer(question, { approved: true })).toMatchObject({
      status: 404,
      body: { code: 'gateway/unknown-run' },
    });
    const flows = new FlowClient(apps.client.log.connection, apps.client.log);
    const lou = { actor: { userId: 'lou', channel: 'nats' }, approved: true } as const;
    await expect(flows.answerApproval(runId, { step }, lou)).rejects.toMatchObject({
      code: 'flow/not-an-approver',
    });
    await kim.answer(question, { approved: false });
    expect(await kim.result(runId)).toMatchObject({ reason: 'declined' });
    expect(mailsTo('Ulmenau')).toEqual([]);
  });
});

describe('a second application', () => {
  const already = ({ applicationId }: Shown) => ({
    success: false,
    reason: 'failed',
    error: {
      code: 'applier/already-applied',
      message: expect.stringContaining(`application ${applicationId} to this opening is sent`),
    },
  });

  it('to the same job is not made', async () => {
    const jobId = await kim.bring(openingAt('Lindenau'));
    const question = await kim.startApplying(jobId);
    await kim.approve(question);
    expect(await kim.apply(jobId)).toMatchObject(already(question.shown));
    expect(mailsTo('Lindenau')).toHaveLength(1);
  });

  it('to a duplicate that was merged with the job is not made, before or after it was asked for', async () => {
    const jobId = await kim.bring(openingAt('Weidenau'));
    await kim.operate('scrape_jsonld', { savedPages: [savedPageOf('Weidenau')] });
    const { items } = await kim.must<{ items: { id: string }[] }>('GET', '/jobs?company=Weidenau');
    const otherId = items.map(({ id }) => id).find((id) => id !== jobId) ?? '';
    const early = await kim.startApplying(otherId);
    const question = await kim.startApplying(jobId);
    expect(early.shown.applicationId).not.toBe(question.shown.applicationId);
    expect(await kim.operate('process_jobs', { jobIds: [jobId, otherId] })).toMatchObject({ merged: 2 });

    expect(await kim.approve(question)).toMatchObject({ success: true, status: 'sent' });
    expect(await kim.apply(otherId)).toMatchObject(already(question.shown));
    expect(await kim.approve(early)).toMatchObject(already(question.shown));
    expect(mailsTo('Weidenau')).toHaveLength(1);
  });
});

describe('a standing rule', () => {
  it('sends what it covers without asking, and what it does not cover is asked for', async () => {
    const max = apps.person('max');
    const rule = { leastScore: 0.5, employers: ['Tannenau GmbH'], perDay: 5, until: '2099-01-01T00:00:00Z' };
    await max.importProfile({ standingRule: rule });
    const said = { autoApplyThreshold: 0.5 };
    const covered = await max.bring(openingAt('Tannenau'));
    const runId = await max.start('smart_job_application', { jobId: covered, ...said });
    expect(await max.result(runId)).toMatchObject({
      applied: true,
      reason: null,
      matchScore: expect.any(Number),
    });
    expect(mailsTo('Tannenau')).toHaveLength(1);
    const { events } = await apps.client.log.readRun(runId);
    expect(events.some(({ event }) => event.type === 'ApprovalRequested')).toBe(false);

    const other = await max.bring(openingAt('Kiefernau'));
    const question = await max.question(await max.start('smart_job_application', { jobId: other, ...said }));
    expect(mailsTo('Kiefernau')).toEqual([]);
    expect(await max.approve(question)).toMatchObject({ applied: true, reason: null });
    expect(mailsTo('Kiefernau')).toHaveLength(1);
  });
});
