import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ApplyJob,
  GetApplication,
  GetApplicationFile,
  ListApplications,
  UpdateApplication,
} from '#libs/contracts';
import { KIM, playApplier } from '../testing/applier.fixtures.js';
import type { PlayedApplier } from '../testing/applier.fixtures.js';
import { startMailServer } from '#libs/mail/testing';
import type { MailServer } from '#libs/mail/testing';
import { sha256Of } from './outgoing.js';

let mail: MailServer;
let applier: PlayedApplier;
let number = 0;
/** A job that no other test has. */
const newJob = (said = {}) => applier.world.addJob(`j${++number}`, said);
const shown = (applicationId: string) => applier.client.call(GetApplication, { applicationId }, KIM);

beforeAll(async () => {
  mail = await startMailServer({ user: 'kim', pass: 'p@ss' });
  const url = new URL(mail.url);
  applier = await playApplier({
    SMTP_URL: url.href,
    SMTP_USER: 'kim',
    SMTP_PASSWORD: 'env:SECRET',
    SECRET: 'p@ss',
    MAIL_FROM: 'Kim Müller-Öz <kim@account.example>',
  });
});
afterAll(async () => {
  await applier.close();
  await mail.close();
});
beforeEach(() => {
  mail.manner = 'takes';
  applier.world.preferences = { ...applier.world.preferences, dailyLimit: 100 };
});

describe('an application by e-mail', () => {
  it('goes out exactly as it was shown, once, from the person’s own account', async () => {
    const job = newJob({ title: 'Köchin (m/w/d)', company: 'Café „Öl & Brot“' });
    const prepared = await applier.prepare(job.id);
    expect(prepared).toMatchObject({
      status: 'prepared',
      channel: 'email',
      from: 'Kim Müller-Öz <kim@account.example>',
      replyTo: 'kim@kim.example',
      to: `jobs@${job.id}.example`,
      subject: 'Bewerbung: Köchin (m/w/d)',
      warnings: [],
    });
    const before = mail.mails.length;
    const answer = await applier.apply(prepared);
    expect(answer).toMatchObject({ success: true, status: 'sent', sha256: prepared.sha256, to: prepared.to });
    expect(mail.mails.slice(before)).toMatchObject([{ from: 'kim@account.example', to: [prepared.to] }]);
    const read = await mail.read(before);
    expect(read).toMatchObject({
      from: { name: 'Kim Müller-Öz', address: 'kim@account.example' },
      replyTo: [{ address: 'kim@kim.example' }],
      to: [{ address: prepared.to }],
      subject: prepared.subject,
      messageId: answer.messageId,
    });
    expect(read.text?.trim()).toBe(prepared.text.trim());
    const files = read.attachments.map(({ filename, mimeType, content }) => ({
      fileName: filename,
      mediaType: mimeType,
      sha256: sha256Of(new Uint8Array(content as ArrayBuffer)),
    }));
    expect(files).toEqual(
      prepared.attachments.map(({ fileName, mediaType, sha256 }) => ({ fileName, mediaType, sha256 })),
    );
  });

  it('is kept whole, with its history', async () => {
    const prepared = await applier.prepare(newJob().id);
    await applier.apply(prepared);
    const kept = await shown(prepared.applicationId);
    expect(kept).toMatchObject({
      status: 'sent',
      wentOut: 'yes',
      sha256: prepared.sha256,
      approval: { kind: 'person', by: 'kim', sha256: prepared.sha256 },
      history: [{ from: null, to: 'prepared' }, { to: 'sending' }, { from: 'sending', to: 'sent' }],
    });
    const sha256 = kept.mailSha256 ?? '';
    const file = await applier.client.call(
      GetApplicationFile,
      { applicationId: prepared.applicationId, sha256 },
      KIM,
    );
    expect(Buffer.from(file.content, 'base64').toString()).toBe(mail.mails.at(-1)?.raw.toString());
  });

  it('does not go out where something else was approved, or another document is named', async () => {
    const prepared = await applier.prepare(newJob().id);
    const seen = mail.seen();
    for (const said of [{ approvedSha256: 'f'.repeat(64) }, { cvId: 'cv-2' }, { letterId: 'letter-2' }])
      await expect(applier.apply(prepared, said)).rejects.toMatchObject({
        code: 'applier/not-approved',
        disposition: 'terminal',
      });
    await expect(applier.apply(prepared, { jobId: 'j0' })).rejects.toMatchObject({
      code: 'applier/unknown-application',
      fields: [{ field: 'jobId', value: 'j0' }],
    });
    expect(mail.seen()).toBe(seen);
  });

  it('does not go out by an approval of an older version', async () => {
    const { id } = newJob();
    const old = await applier.prepare(id);
    applier.world.addDocument('cv-new', 'cv', '%PDF newer');
    const newer = await applier.prepare(id, { cvId: 'cv-new' });
    expect(newer.applicationId).toBe(old.applicationId);
    expect(newer.sha256).not.toBe(old.sha256);
    await expect(applier.apply(old)).rejects.toMatchObject({ code: 'applier/not-approved' });
    expect(await applier.apply(newer)).toMatchObject({ status: 'sent' });
  });

  it('stays approved when it is prepared again without a change', async () => {
    const { id } = newJob();
    const [first, second] = [await applier.prepare(id), await applier.prepare(id)];
    expect(second.sha256).toBe(first.sha256);
    expect(await applier.apply(first)).toMatchObject({ status: 'sent' });
  });

  it('is another person’s to nobody', async () => {
    const prepared = await applier.prepare(newJob().id);
    const lou = { actor: { userId: 'lou', channel: 'cli' } } as const;
    await expect(applier.apply(prepared, {}, lou)).rejects.toMatchObject({
      code: 'applier/unknown-application',
    });
    await expect(
      applier.client.call(GetApplication, { applicationId: prepared.applicationId }, lou),
    ).rejects.toMatchObject({ code: 'applier/unknown-application' });
    expect(await applier.client.call(ListApplications, { sort: '-updatedAt', limit: 50 }, lou)).toEqual({
      items: [],
      nextCursor: null,
    });
  });
});

describe('a second application', () => {
  it('is refused, and the same execution is told again what it did', async () => {
    const prepared = await applier.prepare(newJob().id);
    const key = { ...KIM, idempotencyKey: `key-${prepared.applicationId}` };
    const first = await applier.apply(prepared, {}, key);
    const seen = mail.seen();
    expect(await applier.apply(prepared, {}, key)).toMatchObject({
      status: 'sent',
      messageId: first.messageId,
    });
    await expect(applier.apply(prepared)).rejects.toMatchObject({ code: 'applier/already-applied' });
    await expect(applier.prepare(applier.world.jobs.get(`j${number}`)?.id ?? '')).rejects.toMatchObject({
      code: 'applier/already-applied',
    });
    expect(mail.seen()).toBe(seen);
  });

  it('is refused while the first one is on its way', async () => {
    const prepared = await applier.prepare(newJob().id);
    mail.manner = 'holds';
    const first = applier.apply(prepared);
    await mail.held;
    await expect(applier.apply(prepared)).rejects.toMatchObject({ code: 'applier/outcome-unknown' });
    mail.letGo();
    expect(await first).toMatchObject({ status: 'sent' });
  });

  it('goes out once, however many are made at the same moment', async () => {
    const prepared = await applier.prepare(newJob().id);
    const seen = mail.seen();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => applier.apply(prepared)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(mail.seen()).toBe(seen + 1);
  });

  it('is refused for another posting of the same opening, merged before or after', async () => {
    const [a, b, c] = [newJob().id, newJob().id, newJob().id];
    const preparedB = await applier.prepare(b);
    applier.world.merge(a, b);
    await applier.apply(await applier.prepare(a));
    await expect(applier.prepare(b)).rejects.toMatchObject({ code: 'applier/already-applied' });
    await expect(applier.apply(preparedB)).rejects.toMatchObject({ disposition: 'terminal' });
    const preparedC = await applier.prepare(c);
    applier.world.merge(a, b, c);
    await expect(applier.apply(preparedC)).rejects.toMatchObject({ code: 'applier/already-applied' });
  });

  it('of two that were prepared for what proves to be one opening, one goes out at most', async () => {
    const [a, b] = [newJob().id, newJob().id];
    const both = [await applier.prepare(a), await applier.prepare(b)];
    applier.world.merge(a, b);
    const seen = mail.seen();
    await Promise.allSettled(both.map((prepared) => applier.apply(prepared)));
    expect(mail.seen() - seen).toBeLessThanOrEqual(1);
    const { items } = await applier.client.call(
      ListApplications,
      { jobId: a, sort: 'preparedAt', limit: 9 },
      KIM,
    );
    expect(items.filter(({ wentOut }) => wentOut !== 'no').length).toBe(mail.seen() - seen);
  });
});

describe('a list of applications', () => {
  const list = (said: object) =>
    applier.client.call(ListApplications, { sort: 'preparedAt', limit: 9, ...said }, KIM);

  it('gives those to any of many jobs, whichever posting of an opening is named', async () => {
    const [a, b, c, other] = [newJob().id, newJob().id, newJob().id, newJob().id];
    applier.world.merge(a, b);
    const toA = await applier.prepare(a);
    const toC = await applier.prepare(c);
    await applier.prepare(other);
    const { items } = await list({ jobIds: [b, c, 'j-none'] });
    expect(items).toMatchObject([
      { id: toA.applicationId, jobId: a, identities: [a, b].sort() },
      { id: toC.applicationId, jobId: c, identities: [c] },
    ]);
    expect((await list({ jobIds: [b, c], jobId: c })).items).toMatchObject([{ id: toC.applicationId }]);
    // A filter that names nothing is none.
    const nulls = { company: null, status: null, channel: null, from: null };
    expect((await list({ jobIds: [c], ...nulls })).items).toMatchObject([{ id: toC.applicationId }]);
    const first = await list({ jobIds: [b, c], limit: 1 });
    const second = await list({ jobIds: [b, c], limit: 1, cursor: first.nextCursor });
    expect(second.items).toMatchObject([{ id: toC.applicationId }]);
  });

  it('gives none to no job, and refuses more jobs than 1,000', async () => {
    expect(await list({ jobIds: [] })).toEqual({ items: [], nextCursor: null });
    await expect(list({ jobIds: Array.from({ length: 1_001 }, (_, n) => `j${n}`) })).rejects.toMatchObject({
      message: expect.stringContaining('jobIds may hold 1000 ids at most: ask in several calls'),
    });
  });
});

describe('a mail server', () => {
  it.each([
    ['turns-away', /554 .*no mail from you/],
    ['refuses', /550 no such mailbox/],
    ['refuses-content', /554 content refused/],
  ] as const)('that %s ends it for good, and nothing went out', async (manner, said) => {
    const prepared = await applier.prepare(newJob().id);
    mail.manner = manner;
    const taken = mail.mails.length;
    await expect(applier.apply(prepared)).rejects.toMatchObject({
      code: 'applier/mail-refused',
      disposition: 'terminal',
      message: expect.stringMatching(said),
    });
    expect(mail.mails).toHaveLength(taken);
    expect(await shown(prepared.applicationId)).toMatchObject({ status: 'failed', wentOut: 'no' });
    mail.manner = 'takes';
    await expect(applier.apply(prepared)).rejects.toMatchObject({ code: 'applier/not-prepared' });
    const again = await applier.prepare(applier.world.jobs.get(`j${number}`)?.id ?? '');
    expect(await applier.apply(again)).toMatchObject({ status: 'sent' });
  });

  it.each([
    ['is-busy', undefined],
    ['greylists', 420_000],
    ['greylists-mailbox', 300_000],
    ['drops-early', undefined],
    ['defers-content', undefined],
  ] as const)('that %s is asked again later', async (manner, retryAfterMs) => {
    const prepared = await applier.prepare(newJob().id);
    mail.manner = manner;
    const taken = mail.mails.length;
    await expect(applier.apply(prepared)).rejects.toMatchObject({
      code: 'applier/mail-deferred',
      disposition: 'retry',
      retryAfterMs,
    });
    expect(await shown(prepared.applicationId)).toMatchObject({ status: 'prepared', wentOut: 'no' });
    mail.manner = 'takes';
    expect(await applier.apply(prepared)).toMatchObject({ status: 'sent' });
    expect(mail.mails).toHaveLength(taken + 1);
  });

  it('that drops the line after the mail leaves it to a person, and nothing is sent again by itself', async () => {
    const prepared = await applier.prepare(newJob().id);
    const { applicationId } = prepared;
    const key = { ...KIM, idempotencyKey: `key-${applicationId}` };
    mail.manner = 'drops-the-line';
    const seen = mail.seen();
    await expect(applier.apply(prepared, {}, key)).rejects.toMatchObject({
      code: 'operation/ambiguous',
      disposition: 'halt',
    });
    mail.manner = 'takes';
    expect(await shown(applicationId)).toMatchObject({ status: 'ambiguous', wentOut: 'maybe' });
    for (const options of [key, KIM])
      await expect(applier.apply(prepared, {}, options)).rejects.toMatchObject({
        code: 'applier/outcome-unknown',
      });
    await expect(applier.prepare(`j${number}`)).rejects.toMatchObject({ code: 'applier/already-applied' });
    expect(mail.seen()).toBe(seen + 1);
    await applier.client.call(
      UpdateApplication,
      { applicationId, status: 'failed', note: 'asked them' },
      KIM,
    );
    expect(await applier.apply(await applier.prepare(`j${number}`))).toMatchObject({ status: 'sent' });
  });
});

describe('a dry run', () => {
  const dry = { ...KIM, flags: { dryRun: true } };

  it('keeps nothing and sends nothing, and checks all the same', async () => {
    const { id } = newJob();
    const count = () => applier.mongo.collection('applications').countDocuments();
    const [before, seen] = [await count(), mail.seen()];
    const prepared = await applier.prepare(id, {}, dry);
    expect(prepared).toMatchObject({ dryRun: true, channel: 'email' });
    const documents = { jobId: id, cvId: 'cv-1', letterId: 'letter-1' };
    expect(await applier.apply(prepared, documents, dry)).toMatchObject({ dryRun: true, status: 'prepared' });
    await expect(
      applier.apply({ ...prepared, sha256: '0'.repeat(64) }, documents, dry),
    ).rejects.toMatchObject({ code: 'applier/not-approved' });
    expect([await count(), mail.seen()]).toEqual([before, seen]);
    expect((await applier.prepare(id)).applicationId).toBe(prepared.applicationId);
  });
});

it('names what is missing from an input', async () => {
  await expect(applier.client.call(ApplyJob, { approvedSha256: 'x' } as never, KIM)).rejects.toMatchObject({
    code: 'operation/invalid-input',
    fields: expect.arrayContaining([
      expect.objectContaining({ field: 'applicationId' }),
      expect.objectContaining({ field: 'approvedSha256' }),
      expect.objectContaining({ field: 'approval' }),
    ]),
  });
});
