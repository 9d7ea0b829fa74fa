import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetApplication, GetApplicationFile, ListApplications, Notify } from '#libs/contracts';
import { KIM, playApplier } from '../testing/applier.fixtures.js';
import type { PlayedApplier } from '../testing/applier.fixtures.js';
import { startMailServer } from '#libs/mail/testing';
import type { MailServer } from '#libs/mail/testing';

let mail: MailServer;
let hook: Server;
let applier: PlayedApplier;
let number = 0;
const posts: unknown[] = [];
const newJob = (said: object) => applier.world.addJob(`j${++number}`, said);

beforeAll(async () => {
  mail = await startMailServer();
  hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      posts.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  applier = await playApplier({
    SMTP_URL: mail.url,
    NOTIFY_SLACK_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
  });
});
afterAll(async () => {
  await applier.close();
  await mail.close();
  await new Promise((resolve) => hook.close(resolve));
});

/** Sends an application to a job and reads the mail that went out. */
async function sent(jobId: string) {
  const prepared = await applier.prepare(jobId);
  const before = mail.mails.length;
  await applier.apply(prepared);
  const [envelope, ...more] = mail.mails.slice(before);
  expect(more).toEqual([]);
  return { prepared, envelope, read: await mail.read(before) };
}

describe('an employer', () => {
  it.each([
    '../../etc/passwd',
    '..\\..\\windows\\system32',
    '/',
    '%2e%2e%2f',
    'a\u0000b',
    'CON',
    '\u202egpj.exe',
  ])('named like a path is a name: %j', async (company) => {
    const { id } = newJob({ company });
    const { prepared, envelope, read } = await sent(id);
    expect(envelope?.to).toEqual([`jobs@${id}.example`]);
    expect(read.attachments.map(({ filename }) => filename)).toEqual(
      prepared.attachments.map(({ fileName }) => fileName),
    );
    for (const { fileName, sha256 } of prepared.attachments) {
      expect(fileName).not.toMatch(/[/\\]|^\./);
      const { applicationId } = prepared;
      const kept = await applier.client.call(GetApplicationFile, { applicationId, sha256 }, KIM);
      expect(kept.fileName).toBe(fileName);
    }
  });

  it('with whole headers in its name adds none to the mail, and is addressed alone', async () => {
    const evil = 'Moor\r\nBcc: spy@spy.example\r\nContent-Type: text/html\r\n\r\n<b>';
    const { id } = newJob({ company: evil, title: `Koch\r\nTo: spy@spy.example` });
    const { envelope, read } = await sent(id);
    expect(envelope?.to).toEqual([`jobs@${id}.example`]);
    expect(read).toMatchObject({
      subject: 'Bewerbung: Koch To: spy@spy.example',
      to: [{ address: `jobs@${id}.example` }],
    });
    expect(read.bcc).toBeUndefined();
    expect(read.html).toBeUndefined();
  });

  it('whose name is a pattern is found by just that name', async () => {
    const { id } = newJob({ company: '.*(GmbH' });
    await applier.prepare(id);
    const { items } = await applier.client.call(
      ListApplications,
      { company: '.*(gmbh', sort: '-updatedAt', limit: 9 },
      KIM,
    );
    expect(items.map(({ jobId }) => jobId)).toEqual([id]);
  });
});

describe('a document', () => {
  it('that is named like a path goes out by a plain name', async () => {
    const cv = applier.world.documents.get('cv-1');
    if (cv)
      applier.world.documents.set('cv-odd', { ...cv, fileName: '../../../.ssh/authorized_keys\r\nX: 1' });
    const { id } = newJob({});
    const { attachments } = await applier.prepare(id, { cvId: 'cv-odd' });
    expect(attachments[0]?.fileName).toBe('authorized_keys X: 1');
  });
});

describe('a profile with HTML, script and Typst in it', () => {
  const name = '<script>alert(1)</script> Kim "Öz" #import("x")';
  beforeAll(() => {
    applier.world.resume = {
      basics: {
        name,
        email: 'kim@kim.example',
        phone: '<img src=x onerror=alert(1)>',
        url: 'javascript:alert(1)',
        location: { city: '{{constructor}}' },
      },
    };
  });

  it('is sent as the words that it is, in plain text', async () => {
    const { prepared, read } = await sent(newJob({}).id);
    expect(read.html).toBeUndefined();
    expect(read.text).toContain(name);
    expect(read.text?.trim()).toBe(prepared.text.trim());
    expect(read.from).toEqual({
      address: 'kim@kim.example',
      name: 'scriptalert(1)/script Kim Öz #import(x)',
    });
  });

  it('is shown as it is where a form is filled in by hand', async () => {
    const { id } = newJob({ applyUrl: 'https://board.example/form' });
    const { applicationId, text } = await applier.prepare(id);
    expect(text).toContain(`Name: ${name}\n`);
    expect(await applier.client.call(GetApplication, { applicationId }, KIM)).toMatchObject({ text });
  });

  it('mentions nobody and marks up nothing where a channel is told of it', async () => {
    const input = { notificationType: 'info', message: `<!channel> ${name}`, channels: ['slack'] } as const;
    await applier.client.call(Notify, { ...input, channels: ['slack'] }, KIM);
    expect(posts).toEqual([
      { text: '&lt;!channel&gt; &lt;script&gt;alert(1)&lt;/script&gt; Kim "Öz" #import("x")' },
    ]);
  });
});

it('an empty profile is told what it lacks before anything goes out', async () => {
  applier.world.resume = {};
  const seen = mail.seen();
  await expect(applier.prepare(newJob({}).id)).rejects.toMatchObject({
    code: 'applier/no-sender',
    disposition: 'terminal',
    message: expect.stringContaining('basics.email'),
  });
  const form = await applier.prepare(newJob({ applyUrl: 'https://board.example/form' }).id);
  expect(form).toMatchObject({ channel: 'form' });
  expect(mail.seen()).toBe(seen);
});
