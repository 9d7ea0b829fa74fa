import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { UnreadableSecretError } from './errors.js';
import { warnOfOpenFile } from './open-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SecretOptions {
  /** Where `env:NAME` is looked up; the process's own environment unless given. */
  readonly env?: Environment;
  /** Hears of a file that others can read; the log unless given. */
  readonly warn?: (sentence: string) => void;
}

const ENV = 'env:';
const FILE = 'file:';
/** A file that is no secret but a disk image or a log must not be read into memory. */
const LARGEST = 64 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const logger = new Logger('Secrets');

/**
 * Gives the value that a setting stands for: `env:NAME` is that variable, `file:/path` what the file holds without the
 * line end at its end, anything else is the value itself. Read at each use, so that a secret can be changed without a
 * restart. Throws UnreadableSecretError, which never shows a value.
 */
export function readSecret(setting: string, said: string, options: SecretOptions = {}): string {
  if (said.startsWith(ENV)) return fromEnvironment(setting, said, options.env ?? process.env);
  if (said.startsWith(FILE)) return fromFile(setting, said, options.warn ?? ((line) => logger.warn(line)));
  if (said === '') throw new UnreadableSecretError(setting, 'is empty');
  return said;
}

function fromEnvironment(setting: string, said: string, env: Environment): string {
  const name = said.slice(ENV.length);
  const value = env[name];
  if (!value)
    throw new UnreadableSecretError(
      setting,
      `refers to ${said}, and the variable ${name} is ${value === '' ? 'empty' : 'not set'}`,
    );
  return value;
}

function fromFile(setting: string, said: string, warn: (sentence: string) => void): string {
  const path = said.slice(FILE.length);
  let bytes: Buffer;
  try {
    warnOfOpenFile(setting, path, LARGEST, warn);
    bytes = readFileSync(path);
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    throw new UnreadableSecretError(setting, `refers to ${said}, which cannot be read (${code})`, { cause });
  }
  const value = textOf(setting, said, bytes).replace(/\r?\n$/, '');
  if (value === '') throw new UnreadableSecretError(setting, `refers to ${said}, which is empty`);
  return value;
}

function textOf(setting: string, said: string, bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    // The decoder's own error tells of the bytes.
    throw new UnreadableSecretError(setting, `refers to ${said}, which is no UTF-8 text`);
  }
}
