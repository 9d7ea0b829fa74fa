// Runs the test tiers one after the other and ends with one line summed over all of their suites:
// `N passed, N failed`, with `, N skipped` where some were. A suite that cannot run counts as one failure,
// and so does a tier that reports nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
// Jest leaves one core to itself, which is half of a small machine: two workers at least.
const workers = `--maxWorkers=${Math.max(2, os.availableParallelism() - 1)}`;
const tiers = [
  { name: 'unit', flags: [workers] },
  // Each spec file has an account of the broker and a database of its own.
  { name: 'int', flags: [workers] },
  // Whole apps take the cores for themselves: one spec file at a time.
  { name: 'e2e', flags: ['--runInBand'] },
];

const folder = await mkdtemp(path.join(os.tmpdir(), 'test-report-'));
const total = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const tier of tiers) {
    const counted = await runTier(tier);
    for (const key of Object.keys(total)) total[key] += counted[key];
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function runTier({ name, flags }) {
  const outputFile = path.join(folder, `${name}.json`);
  const args = [jest, '--selectProjects', name, ...flags, '--json', `--outputFile=${outputFile}`];
  // Jest's readable report goes to stderr; what it prints on stdout is written down in the file as well.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  const report = await readFile(outputFile, 'utf8').then(JSON.parse, () => undefined);
  if (report === undefined) {
    console.error(`the tier ${name} reported nothing (exit code ${code}); it counts as one failure`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    // A failure outside any test, such as that of the tear-down, shows in the exit code only.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
