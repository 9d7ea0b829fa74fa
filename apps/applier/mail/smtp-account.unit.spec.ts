import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readApplierSettings } from '../settings/applier-settings.js';
import { accountOf, hasAccount } from './smtp-account.js';

const REAL = { userId: 'kim', testMode: false };
const TEST = { userId: 'kim', testMode: true };
const account = (env: Record<string, string>, whose = REAL) => accountOf(readApplierSettings(env), whose);

describe('a mail account', () => {
  it('is read from an address, and a password travels in the clear to this machine only', async () => {
    expect(await account({ SMTP_URL: 'smtp://k%40im:p%40ss@mail.example' })).toMatchObject({
      host: 'mail.example',
      port: 587,
      secure: false,
      requireTLS: true,
      user: 'k@im',
      password: 'p@ss',
    });
    expect(await account({ SMTP_URL: 'smtps://mail.example', SMTP_USER: 'kim' })).toMatchObject({
      port: 465,
      secure: true,
      requireTLS: false,
    });
    expect(await account({ SMTP_URL: 'smtp://kim:x@127.0.0.1:2525' })).toMatchObject({
      port: 2525,
      requireTLS: false,
    });
  });

  it('takes its secrets from where they are referred to', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'secret-'));
    try {
      const file = path.join(folder, 'password');
      await writeFile(file, 'from file\n', { mode: 0o600 });
      const base = {
        SMTP_URL: 'env:MAIL_HOST',
        MAIL_HOST: 'smtps://mail.example',
        SMTP_USER: 'kim',
        PW: 'from env',
      };
      expect((await account({ ...base, SMTP_PASSWORD: `file:${file}` })).password).toBe('from file');
      expect((await account({ ...base, SMTP_PASSWORD_FILE: file })).password).toBe('from file');
      expect((await account({ ...base, SMTP_PASSWORD: 'env:PW' })).password).toBe('from env');
      expect(() => readApplierSettings({ SMTP_PASSWORD: 'a', SMTP_PASSWORD_FILE: file })).toThrow(
        'SMTP_PASSWORD and SMTP_PASSWORD_FILE are both set; expected one of them',
      );
      await expect(account({ ...base, SMTP_PASSWORD: 'env:NONE' })).rejects.toMatchObject({
        code: 'secrets/unreadable',
        message: 'SMTP_PASSWORD refers to env:NONE, and the variable NONE is not set',
      });
      const odd = account({ SMTP_URL: 'env:ODD', ODD: 'smtp//user:hidden@x' });
      await expect(odd).rejects.toMatchObject({
        message: 'SMTP_URL stands for what is no address; expected smtp://… or smtps://…',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is that of its owner only, and in test mode the catcher', async () => {
    const env = {
      SMTP_URL: 'smtps://mail.example',
      CATCHER_SMTP_URL: 'smtp://catcher.example:1025',
      ACCOUNTS_USER_ID: 'lou',
    };
    expect(hasAccount(readApplierSettings(env), REAL)).toBe(false);
    await expect(account(env)).rejects.toMatchObject({ code: 'applier/no-mail-account' });
    expect(await account(env, TEST)).toMatchObject({ host: 'catcher.example', user: null, password: null });
    await expect(account({ SMTP_URL: 'smtps://mail.example' }, TEST)).rejects.toMatchObject({
      message: expect.stringContaining('CATCHER_SMTP_URL'),
    });
  });
});

describe('settings', () => {
  it('that make no sense are named all at once, and secrets are not shown', () => {
    const env = {
      SMTP_URL: 'http://u:secret@x',
      NOTIFY_EMAIL: 'nobody',
      NOTIFY_SLACK_URL: 'secret',
      SMTP_SILENCE_MS: 'long',
    };
    expect(() => readApplierSettings(env)).toThrow(
      'the environment is not right: NOTIFY_SLACK_URL makes no sense; expected https://… or http://…, env:NAME or file:/path; SMTP_URL makes no sense; expected smtp://… or smtps://…, env:NAME or file:/path; SMTP_SILENCE_MS makes no sense; expected milliseconds; NOTIFY_EMAIL makes no sense; expected name@host',
    );
  });

  it.each([
    ['Kim M <kim@x.example>', { name: 'Kim M', address: 'kim@x.example' }],
    ['kim@x.example', { name: '', address: 'kim@x.example' }],
    ['<kim@x.example>', null],
    ['Kim', null],
  ])('know the mailbox %s', (said, mailbox) => {
    const read = () => readApplierSettings({ MAIL_FROM: said }).mailFrom;
    if (mailbox) expect(read()).toEqual(mailbox);
    else expect(read).toThrow('MAIL_FROM makes no sense');
  });
});
