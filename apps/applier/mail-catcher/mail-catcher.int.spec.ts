import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { startMailCatcher, type MailCatcher } from './mail-catcher.js';

let folder: string;
let catcher: MailCatcher;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mails-'));
  catcher = await startMailCatcher({ folder: path.join(folder, 'mail') });
});
afterEach(async () => {
  await catcher.close();
  await rm(folder, { recursive: true, force: true });
});

const MAIL = {
  from: 'me@here.example',
  to: ['jobs@there.example', 'hr@there.example'],
  subject: 'Bewerbung: Köchin',
  text: 'Grüße',
  attachments: [{ filename: 'Lebenslauf.pdf', content: Buffer.from('%PDF-') }],
};

it('takes mails from whoever logs in or does not, and keeps each whole in a file', async () => {
  await createTransport(catcher.url).sendMail(MAIL);
  const login = { auth: { user: 'me', pass: 'anything' } };
  await createTransport({ ...login, url: catcher.url }).sendMail({ ...MAIL, subject: 'second' });
  expect(catcher.mails).toMatchObject([
    { from: 'me@here.example', to: ['jobs@there.example', 'hr@there.example'] },
    { from: 'me@here.example' },
  ]);
  const files = await readdir(catcher.folder);
  expect(files.sort()).toEqual(catcher.mails.map(({ file }) => path.basename(file)).sort());
  const raw = await readFile(catcher.mails[0]?.file ?? '');
  expect(raw.length).toBe(catcher.mails[0]?.bytes);
  const read = await PostalMime.parse(raw);
  expect(read).toMatchObject({ subject: 'Bewerbung: Köchin', text: expect.stringContaining('Grüße') });
  expect(read.attachments.map(({ filename }) => filename)).toEqual(['Lebenslauf.pdf']);
});

it('refuses a mail that cannot be kept, so that its sender knows', async () => {
  await rm(catcher.folder, { recursive: true });
  await expect(createTransport(catcher.url).sendMail(MAIL)).rejects.toMatchObject({
    responseCode: expect.any(Number),
  });
  expect(catcher.mails).toEqual([]);
});
