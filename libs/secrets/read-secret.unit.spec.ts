import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnreadableSecretError } from './errors.js';
import { readSecret } from './read-secret.js';
import { secretSetting } from './secret-setting.js';
import { readToken } from './secret-token.js';
import { readSecretUrl } from './secret-url.js';
import { withoutSecrets } from './without-secrets.js';

let folder: string;
let warnings: string[] = [];
const warn = (sentence: string): void => void warnings.push(sentence);

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const at = path.join(folder, name);
  writeFileSync(at, content);
  chmodSync(at, mode);
  return at;
}

function refusalOf(read: () => unknown): UnreadableSecretError {
  try {
    read();
  } catch (error) {
    if (error instanceof UnreadableSecretError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('a secret', () => {
  it('is the value itself where no reference is given', () => {
    expect(readSecret('KEY', 'open sesame')).toBe('open sesame');
  });

  it('comes from a variable', () => {
    expect(readSecret('KEY', 'env:OTHER', { env: { OTHER: 'open sesame' } })).toBe('open sesame');
  });

  it.each([
    ['sesame\n', 'sesame'],
    ['sesame\r\n', 'sesame'],
    ['sesame', 'sesame'],
    [' two words \n', ' two words '],
    ['ends with an empty line\n\n', 'ends with an empty line\n'],
  ])('comes from a file without the line end at its end: %j', (content, value) => {
    expect(readSecret('KEY', `file:${file('ends', content)}`, { warn })).toBe(value);
  });

  it('is read anew at each use', () => {
    const said = `file:${file('changes', 'old')}`;
    expect(readSecret('KEY', said)).toBe('old');
    file('changes', 'new');
    expect(readSecret('KEY', said)).toBe('new');
  });

  it.each([
    ['env:NOT_SET', 'KEY refers to env:NOT_SET, and the variable NOT_SET is not set'],
    ['env:EMPTY', 'KEY refers to env:EMPTY, and the variable EMPTY is empty'],
    ['file:/nowhere/at/all', 'KEY refers to file:/nowhere/at/all, which cannot be read (ENOENT)'],
    ['', 'KEY is empty'],
  ])('that is not there is refused by name: %s', (said, sentence) => {
    expect(refusalOf(() => readSecret('KEY', said, { env: { EMPTY: '' } })).message).toBe(sentence);
  });

  it('in a file that holds nothing, no text or far too much is refused', () => {
    const refused = (name: string, content: string | Uint8Array) =>
      refusalOf(() => readSecret('KEY', `file:${file(name, content)}`)).message;
    expect(refused('empty', '\n')).toMatch(/which is empty$/);
    expect(refused('bytes', Uint8Array.of(0xff, 0xfe, 0x00))).toMatch(/which is no UTF-8 text$/);
    expect(refused('large', 'x'.repeat(65_537))).toMatch(/cannot be read \(over 65536 bytes\)$/);
    expect(refusalOf(() => readSecret('KEY', `file:${folder}`)).message).toMatch(/\(EISDIR\)$/);
  });

  it('in a file that others can read or change is used, with one warning', () => {
    warnings = [];
    const open = `file:${file('open', 'sesame', 0o644)}`;
    readSecret('KEY', open, { warn });
    readSecret('KEY', open, { warn });
    readSecret('KEY', `file:${file('writable', 'sesame', 0o660)}`, { warn });
    readSecret('KEY', `file:${file('closed', 'sesame', 0o640)}`, { warn });
    expect(warnings).toEqual([
      expect.stringMatching(/open has the permissions 644, so everybody on this machine can read it/),
      expect.stringMatching(/writable has the permissions 660, so others can change it/),
    ]);
    expect(warnings.join()).not.toContain('sesame');
  });
});

describe('a setting that says where a secret is', () => {
  it('is the variable, or a file that the variable with _FILE names', () => {
    expect(secretSetting({ KEY: 'sesame' }, 'KEY')).toBe('sesame');
    expect(secretSetting({ KEY_FILE: '/run/secrets/key' }, 'KEY')).toBe('file:/run/secrets/key');
    expect(secretSetting({ KEY: ' ', KEY_FILE: '' }, 'KEY')).toBeUndefined();
  });

  it('is refused where it says two things', () => {
    const said = { KEY: 'sesame', KEY_FILE: '/run/secrets/key' };
    const { message, code } = refusalOf(() => secretSetting(said, 'KEY'));
    expect(message).toBe('KEY and KEY_FILE are both set; expected one of them');
    expect(code).toBe('secrets/unreadable');
  });
});

describe('a token', () => {
  it('loses the blanks around it', () => {
    expect(readToken('KEY', 'env:OTHER', { env: { OTHER: ' abc\n' } })).toBe('abc');
  });

  it.each(['two words', 'a\u0000b'])('that no header takes is refused without being shown: %j', (said) => {
    expect(refusalOf(() => readToken('KEY', said)).message).toMatch(/^KEY stands for what is no token/);
  });
});

describe('an address that is a secret', () => {
  it('is read and checked', () => {
    const env = { HOOK: 'https://hooks.example.com/T0/sesame' };
    expect(readSecretUrl('HOOK_URL', 'env:HOOK', ['https:'], { env }).hostname).toBe('hooks.example.com');
  });

  it.each(['sesame', 'ftp://sesame@host', 'https://'])('is refused without being shown: %s', (said) => {
    const { message } = refusalOf(() => readSecretUrl('HOOK_URL', said, ['https:', 'http:']));
    expect(message).toBe('HOOK_URL stands for what is no address; expected https://… or http://…');
  });
});

describe('a text that holds addresses', () => {
  it.each([
    ['nats://sam:open@sesame/1@host:4222', 'nats://***@host:4222'],
    ['cannot reach "mongodb://sam:sesame@a,b/x" now', 'cannot reach "mongodb://***@a,b/x" now'],
    ['nats://a:b@one:1,nats://c:d@two:2', 'nats://***@two:2'],
    ['mail to sam@example.com over smtp://host', 'mail to sam@example.com over smtp://host'],
  ])('loses users and passwords: %s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });

  it('is read once, however often an address begins there', () => {
    // Looked for anew from each beginning, this would take longer than any test may.
    const text = '://'.repeat(1_000_000);
    expect(withoutSecrets(text)).toBe(text);
  });
});
