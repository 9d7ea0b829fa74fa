import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetApplication, ListApplications, UpdateApplication, WithdrawApplication } from '#libs/contracts';
import { KIM, playApplier } from '../testing/applier.fixtures.js';
import type { PlayedApplier } from '../testing/applier.fixtures.js';
import { startMailServer } from '#libs/mail/testing';
import type { MailServer } from '#libs/mail/testing';
import { processed } from '../testing/played-hunt.fixtures.js';

const TEST_MODE = { ...KIM, flags: { testMode: true } };

let own: MailServer;
let catcher: MailServer;
let applier: PlayedApplier;
let number = 0;
const newJob = (said = {}) => applier.world.addJob(`p${++number}`, said);
const shown = (applicationId: string) => applier.client.call(GetApplication, { applicationId }, KIM);
const update = (applicationId: string, said: object) =>
  applier.client.call(UpdateApplication, { applicationId, ...said }, KIM);
const withdraw = (applicationId: string) => applier.client.call(WithdrawApplication, { applicationId }, KIM);

beforeAll(async () => {
  [own, catcher] = await Promise.all([startMailServer(), startMailServer()]);
  applier = await playApplier({ SMTP_URL: own.url, CATCHER_SMTP_URL: catcher.url });
});
afterAll(async () => {
  await applier.close();
  await Promise.all([own.close(), catcher.close()]);
});
beforeEach(() => {
  applier.world.preferences = { ...applier.world.preferences, blockedEmployers: [] };
  applier.world.resume = { basics: { name: 'Kim', email: 'kim@kim.example', phone: '+49 170 1' } };
});

describe('the channel', () => {
  it.each([
    [{ applyUrl: 'https://x.example/apply' }, 'form', null],
    [
      { applyUrl: null, description: 'An bewerbung@x.example, Fragen an info@x.example' },
      'email',
      'bewerbung@x.example',
    ],
    [{ applyUrl: null, description: 'a@x.example oder b@x.example' }, 'form', null],
    [{ applyUrl: 'mailto:no' }, 'form', null],
  ])('of %j is %s', async (job, channel, to) => {
    const prepared = await applier.prepare(newJob(job).id);
    expect(prepared).toMatchObject({ channel, to });
  });

  it('is a form that a person can fill from, with its link and its files', async () => {
    const { id } = newJob({ applyUrl: 'https://x.example/apply', title: 'Koch', company: 'Moor' });
    const prepared = await applier.prepare(id);
    expect(prepared.text).toBe(
      [
        'Position: Koch',
        'Employer: Moor',
        'Apply at: https://x.example/apply',
        'Name: Kim',
        'E-mail: kim@kim.example',
        'Phone: +49 170 1',
        'Files: Lebenslauf Kim Müller-Öz.pdf, Anschreiben.pdf',
        '',
      ].join('\n'),
    );
    const seen = own.seen();
    expect(await applier.apply(prepared)).toMatchObject({
      status: 'to_hand_in',
      applyUrl: 'https://x.example/apply',
    });
    expect(own.seen()).toBe(seen);
    await update(prepared.applicationId, { status: 'sent', note: 'handed in' });
    expect(await shown(prepared.applicationId)).toMatchObject({ status: 'sent', wentOut: 'yes' });
    await expect(applier.prepare(id)).rejects.toMatchObject({ code: 'applier/already-applied' });
  });

  it('cannot be e-mail where the job names no address, or several', async () => {
    const job = { applyUrl: null, description: 'a@x.example, b@x.example' };
    await expect(applier.prepare(newJob(job).id, { channel: 'email' })).rejects.toMatchObject({
      code: 'applier/no-address',
      message: expect.stringContaining('a@x.example, b@x.example'),
      fields: [{ field: 'channel', value: 'email', message: 'must be form for this job' }],
    });
  });
});

describe('bad input', () => {
  it('cannot put headers or folders into a mail', async () => {
    const job = newJob({
      title: 'Koch\r\nBcc: x@evil.example',
      company: '../../etc/passwd\u0000',
      description: 'x'.repeat(2_000_000),
    });
    applier.world.resume = { basics: { name: 'Kim <b>\n<script>', email: 'kim@kim.example' } };
    applier.world.addDocument('cv-path', 'cv');
    const file = applier.world.documents.get('cv-path');
    if (file) applier.world.documents.set('cv-path', { ...file, fileName: '../../etc/passwd.pdf' });
    const prepared = await applier.prepare(job.id, { cvId: 'cv-path' });
    await applier.apply(prepared);
    const read = await own.read(own.mails.length - 1);
    expect(read).toMatchObject({
      subject: 'Bewerbung: Koch Bcc: x@evil.example',
      to: [{ address: prepared.to }],
    });
    expect(read.bcc).toBeUndefined();
    expect(own.mails.at(-1)?.to).toEqual([prepared.to]);
    expect(read.attachments.map(({ filename }) => filename)).toEqual(['passwd.pdf', 'Anschreiben.pdf']);
  });

  it('in any script goes out as it is', async () => {
    const title = 'مهندس برمجيات – 软件工程师';
    const prepared = await applier.prepare(newJob({ title, language: 'ar' }).id);
    await applier.apply(prepared);
    const read = await own.read(own.mails.length - 1);
    expect(read.subject).toBe(`Application: ${title}`);
    expect(read.text).toContain(title);
  });

  it('is named: a profile without an address, a letter for a CV, documents and jobs that are not there', async () => {
    const { id } = newJob();
    applier.world.resume = {};
    await expect(applier.prepare(id)).rejects.toMatchObject({ code: 'applier/no-sender' });
    applier.world.resume = { basics: { name: 'Kim', email: 'kim@kim.example' } };
    await expect(applier.prepare(id, { cvId: 'letter-1' })).rejects.toMatchObject({
      code: 'applier/wrong-document',
      fields: [{ field: 'cvId' }],
    });
    await expect(applier.prepare(id, { cvId: 'nope' })).rejects.toMatchObject({
      code: 'documents/unknown-document',
    });
    await expect(applier.prepare('nope')).rejects.toMatchObject({ code: 'jobs/not-found' });
  });
});

describe('warnings', () => {
  it('tell of the same employer, a repost, an agency, a blocked employer and an end that is past', async () => {
    await applier.apply(await applier.prepare(newJob({ company: 'Nordlicht AG', title: 'Koch' }).id));
    applier.world.preferences = { ...applier.world.preferences, blockedEmployers: ['nordlicht'] };
    const { id } = newJob({
      company: 'NORDLICHT GmbH & Co. KG',
      validThrough: '2020-01-01T00:00:00Z',
      processing: processed({ repostOf: 'p0', agency: true }),
    });
    const { warnings } = await applier.prepare(id);
    expect(warnings.map(({ code }) => code)).toEqual([
      'blocked-employer',
      'same-employer',
      'repost',
      'agency',
      'expired',
    ]);
  });
});

describe('test mode', () => {
  it('sends to the catcher, and its applications are left out of lists unless asked for', async () => {
    const { id } = newJob();
    const seen = own.seen();
    const prepared = await applier.prepare(id, {}, TEST_MODE);
    expect(await applier.apply(prepared, {}, TEST_MODE)).toMatchObject({ status: 'sent' });
    expect([own.seen(), catcher.mails.length]).toEqual([seen, 1]);
    const list = (said: object) =>
      applier.client.call(ListApplications, { jobId: id, sort: '-updatedAt', limit: 9, ...said }, KIM);
    expect((await list({})).items).toEqual([]);
    expect((await list({ includeTest: true })).items).toMatchObject([{ testMode: true }]);
  });

  it('approves nothing for real, and keeps nothing from being applied to', async () => {
    const { id } = newJob();
    const tested = await applier.prepare(id, {}, TEST_MODE);
    await expect(applier.apply(tested)).rejects.toMatchObject({ code: 'applier/unknown-application' });
    await applier.apply(tested, {}, TEST_MODE);
    const real = await applier.prepare(id);
    await expect(applier.apply({ ...real, sha256: tested.sha256 })).rejects.toMatchObject({
      code: 'applier/not-approved',
    });
    expect(await applier.apply(real)).toMatchObject({ status: 'sent' });
  });
});

describe('by hand', () => {
  it('a person says how it stands, and the history keeps it', async () => {
    const { applicationId } = await applier.apply(await applier.prepare(newJob().id));
    await update(applicationId, { status: 'interview', note: 'on Monday', notes: 'nice people' });
    expect(await update(applicationId, { status: 'interview' })).toMatchObject({ changed: [] });
    await update(applicationId, { status: 'declined' });
    expect(await shown(applicationId)).toMatchObject({
      status: 'declined',
      notes: 'nice people',
      history: [
        {},
        {},
        {},
        { to: 'interview', by: 'kim', note: 'on Monday' },
        { from: 'interview', to: 'declined' },
      ],
    });
    await expect(withdraw(applicationId)).rejects.toMatchObject({ code: 'applier/not-possible' });
    await expect(update(applicationId, { status: 'failed' })).rejects.toMatchObject({
      code: 'applier/not-possible',
      message: expect.stringContaining('is declined and cannot become failed'),
    });
  });

  it('nobody changes it by what they read before somebody else did', async () => {
    const { applicationId } = await applier.prepare(newJob().id);
    const { revision: expectedRevision } = await shown(applicationId);
    await update(applicationId, { notes: 'first', expectedRevision });
    await expect(update(applicationId, { notes: 'second', expectedRevision })).rejects.toMatchObject({
      code: 'applier/revision-conflict',
      fields: [{ field: 'expectedRevision', value: expectedRevision }],
    });
    const withdrawing = { applicationId, ...(expectedRevision === undefined ? {} : { expectedRevision }) };
    await expect(applier.client.call(WithdrawApplication, withdrawing, KIM)).rejects.toMatchObject({
      code: 'applier/revision-conflict',
    });
    const { notes, revision = 0 } = await shown(applicationId);
    expect(notes).toBe('first');
    const all = await Promise.allSettled(
      ['a', 'b', 'c'].map((said) => update(applicationId, { notes: said, expectedRevision: revision })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('what is withdrawn is not sent, and can be prepared again where it never went out', async () => {
    const { id } = newJob();
    const prepared = await applier.prepare(id);
    expect(await withdraw(prepared.applicationId)).toMatchObject({ message: 'it will not be sent' });
    expect(await withdraw(prepared.applicationId)).toMatchObject({ changed: [] });
    await expect(applier.apply(prepared)).rejects.toMatchObject({ code: 'applier/not-prepared' });
    expect(await applier.apply(await applier.prepare(id))).toMatchObject({ status: 'sent' });
    expect(await withdraw(prepared.applicationId)).toMatchObject({
      message: expect.stringContaining('the employer has not been told'),
    });
    await expect(applier.prepare(id)).rejects.toMatchObject({ code: 'applier/already-applied' });
  });

  it('what was being sent when a process died counts as ambiguous until somebody says what came of it', async () => {
    const prepared = await applier.prepare(newJob().id);
    const { applicationId } = prepared;
    const sending = { key: 'of-the-dead', attempt: 1, until: new Date(0) };
    await applier.mongo
      .collection<{ _id: string }>('applications')
      .updateOne({ _id: applicationId }, { $set: { status: 'sending', wentOut: 'maybe', sending } });
    expect(await shown(applicationId)).toMatchObject({ status: 'ambiguous', wentOut: 'maybe' });
    const listed = async (status: 'ambiguous' | 'sending') => {
      const said = { status, sort: 'preparedAt' as const, limit: 9 };
      return (await applier.client.call(ListApplications, said, KIM)).items.map(({ id }) => id);
    };
    expect([await listed('ambiguous'), await listed('sending')]).toEqual([[applicationId], []]);
    await expect(applier.apply(prepared)).rejects.toMatchObject({ code: 'applier/outcome-unknown' });
    await update(applicationId, { status: 'sent' });
    expect(await shown(applicationId)).toMatchObject({ status: 'sent', wentOut: 'yes' });
  });
});

it('lists applications page by page', async () => {
  const company = 'Seitenweise';
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) ids.push((await applier.prepare(newJob({ company }).id)).applicationId);
  const seen: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const said = { company: 'seiten', sort: 'preparedAt' as const, limit: 2, ...(cursor ? { cursor } : {}) };
    const page = await applier.client.call(ListApplications, said, KIM);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(ids);
});
