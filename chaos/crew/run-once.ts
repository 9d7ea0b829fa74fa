import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Cleanup } from '../stack/cleanup.js';
import { OwnProcess } from '../stack/own-process.js';

const WITHIN_MS = 120_000;

/** Runs a module of `processes/` to its end. Throws when it fails or takes too long. */
export async function runOnce(
  cleanup: Cleanup,
  script: string,
  env: Readonly<Record<string, string>>,
  logFile: string,
): Promise<void> {
  const log = openSync(logFile, 'a');
  const child = fork(new URL(`../processes/${script}.js`, import.meta.url), {
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'warn', NODE_NO_WARNINGS: '1', ...env },
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const one = new OwnProcess(child);
  cleanup.add(() => one.kill());
  const patience = setTimeout(() => void one.kill(), WITHIN_MS);
  await one.exited;
  clearTimeout(patience);
  if (one.end !== 'code 0') throw new Error(`${script} ended with ${one.end}; see ${logFile}`);
}
