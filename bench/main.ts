import 'reflect-metadata';
import { loadavg, availableParallelism } from 'node:os';
import path from 'node:path';
import { findFolders } from '#libs/local-stack';
import { Cleanup } from './cleanup.js';
import { deployments } from './deployments/measure-deployments.js';
import { directCall } from './direct-call/measure-direct-call.js';
import { wideFlow } from './fan-out/measure-fan-out.js';
import { firstOperation } from './first-operation/measure-first-operation.js';
import { folding } from './folding/measure-folding.js';
import { gatewayReads } from './gateway-reads/measure-gateway-reads.js';
import { huntDocuments } from './hunt/measure-documents.js';
import { hunt } from './hunt/measure-hunt.js';
import type { Measure } from './measure.js';
import { replay } from './replay/measure-replay.js';
import type { Result } from './result.js';
import { keepResults } from './results-file.js';
import { resultsTable } from './results-table.js';
import { runList } from './run-list/measure-run-list.js';
import { scale } from './scale.js';
import { startUp } from './start-up/measure-start-up.js';
import { durableSteps } from './steps/measure-durable-steps.js';
import { manyRuns, oneRunAtATime } from './steps/measure-steps.js';
import { storedRuns } from './stored-runs/measure-stored-runs.js';
import { twoOrchestrators } from './two-orchestrators/measure-two-orchestrators.js';
import { waitingRuns } from './waiting/measure-waiting.js';

const MEASURES: readonly Measure[] = [
  oneRunAtATime,
  manyRuns,
  directCall,
  firstOperation,
  replay,
  waitingRuns,
  folding,
  startUp,
  storedRuns,
  durableSteps,
  wideFlow,
  twoOrchestrators,
  hunt,
  huntDocuments,
  deployments,
  runList,
  gatewayReads,
];
/** However a measure hangs, the bench ends. */
const LONGEST_MS = 35 * 60_000;

const chosen = [...process.argv.slice(2), ...(process.env['ONLY'] ?? '').split(',')]
  .map((name) => name.trim().toLowerCase())
  .filter(Boolean);
const known = MEASURES.flatMap(({ names }) => names);
const unknown = chosen.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no measure is called ${unknown.join(', ')}; there are ${known.join(', ')}`);
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
  if (chosen.length > 0 && !measure.names.some((name) => chosen.includes(name))) continue;
  const called = measure.names.join(', ');
  const begunAt = performance.now();
  say(`${called}: load of the last minute ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`);
  try {
    results.push(...(await measure.run({ cleanup, say })));
  } catch (error) {
    failures.push(`${called}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    await cleanup.run();
    say(`${called}: took ${Math.round((performance.now() - begunAt) / 1_000)} s`);
  }
}

console.log(resultsTable(results));
if (scale === 1) await keepResults(path.join(findFolders().root, 'bench/results.json'), results);
for (const failure of failures) console.error(failure);
process.exit(failures.length > 0 ? 1 : 0);
