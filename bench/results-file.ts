import { readFile, writeFile } from 'node:fs/promises';
import type { Result } from './result.js';

/** Keeps the results beside those of measures that did not run now. */
export async function keepResults(file: string, results: readonly Result[]): Promise<void> {
  const kept = new Map((await readResults(file)).map((result) => [result.id, result]));
  for (const result of results) kept.set(result.id, result);
  const sorted = [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  await writeFile(file, `${JSON.stringify(sorted, null, 2)}\n`);
}

async function readResults(file: string): Promise<readonly Result[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as readonly Result[];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
