import { readFile } from 'node:fs/promises';
import { UsageError } from '../terminal/cli-error.js';
import type { Terminal } from '../terminal/terminal.js';

/**
 * Reads any value that was typed, `@file`, or `-` for standard input: JSON where it is, and otherwise text as it
 * stands. What begins like JSON must be some.
 */
export async function readJsonOrText(
  option: string,
  given: string,
  terminal: Pick<Terminal, 'readInput'>,
): Promise<unknown> {
  const text = await textOf(option, given, terminal);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (/^\s*[[{"]/.test(text))
      throw new UsageError(`${option}: the value begins like JSON, but is none: ${(error as Error).message}`);
    return given === text ? text : text.replace(/\r?\n$/, '');
  }
}

async function textOf(option: string, given: string, terminal: Pick<Terminal, 'readInput'>): Promise<string> {
  if (given === '-') return terminal.readInput();
  if (!given.startsWith('@')) return given;
  const path = given.slice(1);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new UsageError(`${option} ${path}: ${reason}`);
  }
}
