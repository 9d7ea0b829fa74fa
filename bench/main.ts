import 'reflect-metadata';
import { loadavg, availableParallelism } from 'node:os';
import path from 'node:path';
import { findFolders } from '#libs/local-stack';
import { Cleanup } from './cleanup.js';
import { directCall } from './direct-call/measure-direct-call.js';
import { folding } from './folding/measure-folding.js';
import type { Measure } from './measure.js';
import type { Result } from './result.js';
import { keepResults } from './results-file.js';
import { resultsTable } from './results-table.js';
import { startUp } from './start-up/measure-start-up.js';
import { manyRuns, oneRunAtATime } from './steps/measure-steps.js';

const MEASURES: readonly Measure[] = [oneRunAtATime, manyRuns, directCall, folding, startUp];
/** However a measure hangs, the bench ends. */
const LONGEST_MS = 8 * 60_000;

const chosen = process.argv.slice(2).map((name) => name.toLowerCase());
const unknown = chosen.filter((name) => !MEASURES.some((measure) => measure.name === name));
if (unknown.length > 0) {
  const known = MEASURES.map(({ name }) => name).join(', ');
  console.error(`no measure is called ${unknown.join(', ')}; there are ${known}`);
  process.exit(2);
}

const cleanup = new Cleanup();
const say = (line: string): void => console.error(line);
const leave = (why: string): void => {
  say(`${why}: stopping what was started`);
  void cleanup.run().finally(() => process.exit(1));
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => leave(signal));
setTimeout(() => leave(`not done after ${LONGEST_MS / 60_000} minutes`), LONGEST_MS).unref();

const results: Result[] = [];
const failures: string[] = [];
for (const measure of MEASURES) {
  if (chosen.length > 0 && !chosen.includes(measure.name)) continue;
  say(
    `${measure.name}: load of the last minute ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`,
  );
  try {
    results.push(...(await measure.run({ cleanup, say })));
  } catch (error) {
    failures.push(
      `${measure.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  } finally {
    await cleanup.run();
  }
}

console.log(resultsTable(results));
await keepResults(path.join(findFolders().root, 'bench/results.json'), results);
for (const failure of failures) console.error(failure);
process.exit(failures.length > 0 ? 1 : 0);
