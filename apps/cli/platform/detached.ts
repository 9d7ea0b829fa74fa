import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setLogAside } from '#libs/local-stack';
import { FailedError } from '../terminal/cli-error.js';
import { AlreadyRunningError, type Instance, readInstance } from './instance.js';

/**
 * Set for the process in the background: the channel to a parent alone says nothing, as whatever supervises processes
 * may open one.
 */
const BACKGROUND = 'JOBHUNTER_IN_BACKGROUND';

export interface DetachedOptions {
  /** Arguments of this program. */
  readonly args: readonly string[];
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/**
 * Starts this program once more with a session of its own and waits until it says that it is ready.
 * Throws AlreadyRunningError, and FailedError with the end of its log when it ends before it is ready.
 */
export async function startDetached({ args, home, env, say }: DetachedOptions): Promise<Instance> {
  const running = await readInstance(home);
  if (running !== undefined) throw new AlreadyRunningError(running);

  const logFile = path.join(home, 'logs', 'up.log');
  await mkdir(path.dirname(logFile), { recursive: true, mode: 0o700 });
  await setLogAside(logFile);
  const log = await open(logFile, 'a');
  const from = (await log.stat()).size;
  say(`starting in the background; it tells what it does in ${logFile}`);
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
    detached: true,
    env: { ...env, NO_COLOR: '1', [BACKGROUND]: '1' },
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();

  const ended = await readyOrEnded(child);
  if (ended !== undefined) {
    const told = (await readFile(logFile)).subarray(from).toString('utf8').trimEnd();
    throw new FailedError(
      `it ended before it was ready (${ended}); it said:\n${told.split('\n').slice(-12).join('\n')}`,
    );
  }
  child.unref();
  const instance = await readInstance(home);
  if (instance === undefined) throw new FailedError('it was ready and is gone again', `see ${logFile}`);
  return instance;
}

/** Tells whether `startDetached` has started this process. */
export const inBackground = (env: NodeJS.ProcessEnv): boolean => env[BACKGROUND] === '1';

/** Tells the one who called `startDetached` that this process is ready, and lets go of it. */
export function tellReady(): void {
  process.send?.({ ready: true });
  if (process.connected) process.disconnect();
}

/** Resolves with undefined when the child says that it is ready, else with how it ended. */
function readyOrEnded(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('message', () => {
      child.removeAllListeners();
      if (child.connected) child.disconnect();
      resolve(undefined);
    });
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}
