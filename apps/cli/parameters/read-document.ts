import { readFile } from 'node:fs/promises';
import { UsageError } from '../terminal/cli-error.js';
import type { Terminal } from '../terminal/terminal.js';

/** Reads a JSON object from a file, or from standard input where the path is `-`. */
export async function readObjectFile(
  option: string,
  path: string,
  terminal: Pick<Terminal, 'readInput'>,
): Promise<Record<string, unknown>> {
  const text = path === '-' ? await terminal.readInput() : await readText(option, path);
  return parseObject(option, path === '-' ? 'standard input' : path, text);
}

/** Reads a JSON object given as text, as `@file`, or as `-` for standard input. */
export async function readObject(
  option: string,
  given: string,
  terminal: Pick<Terminal, 'readInput'>,
): Promise<Record<string, unknown>> {
  if (given === '-') return readObjectFile(option, '-', terminal);
  if (given.startsWith('@')) return readObjectFile(option, given.slice(1), terminal);
  return parseObject(option, 'the value', given);
}

async function readText(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new UsageError(`${option} ${path}: ${reason}`);
  }
}

function parseObject(option: string, from: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${option}: ${from} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${option}: ${from} must hold a JSON object, such as {"limit": 5}`);
  }
  return value as Record<string, unknown>;
}
