import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { awaitPort } from './await-port.js';
import { messageOf } from './caught.js';
import { ServerStartError } from './errors.js';
import { LogTail } from './log-tail.js';
import { identify, type ProcessId } from './process-stamp.js';
import { setLogAside } from './set-log-aside.js';
import { killProcess } from './stop-process.js';

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 10;

export interface Launch {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly port: number;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Matches what the server logs once it listens. */
  readonly readyLine: RegExp;
  /** Takes all that the server prints; appended to. */
  readonly logFile: string;
  /** Writes the process down as soon as there is one, so that it is known whatever happens next. */
  readonly recorded: (id: ProcessId) => Promise<void>;
}

/**
 * Starts a server and resolves once it listens and takes a connection. Its own word is waited for first:
 * on a port that somebody else holds, a connection alone would be taken by that other server.
 * The process has a session of its own: Ctrl-C reaches the program that uses it first, and it lives on
 * when that program crashes. Throws ServerStartError, with the end of the log, when it exits or is not
 * ready within a minute.
 */
export async function launch(plan: Launch): Promise<ProcessId> {
  const { name, logFile } = plan;
  await mkdir(path.dirname(logFile), { recursive: true, mode: 0o700 });
  await setLogAside(logFile);
  const log = await open(logFile, 'a');
  try {
    const tail = await LogTail.open(logFile, (await log.stat()).size);
    try {
      return await start(plan, log.fd, tail);
    } catch (error) {
      throw new ServerStartError(name, messageOf(error), logFile, await tail.text(), { cause: error });
    } finally {
      await tail.close();
    }
  } finally {
    await log.close();
  }
}

async function start(plan: Launch, log: number, tail: LogTail): Promise<ProcessId> {
  const { file, args, port, readyLine, env } = plan;
  const child = spawn(file, [...args], {
    detached: true,
    stdio: ['ignore', log, log],
    ...(env ? { env: { ...process.env, ...env } } : {}),
  });
  const stopWaiting = new AbortController();
  child.once('exit', (code, signal) => {
    stopWaiting.abort(new Error(`it ended with ${signal ?? `code ${code}`}`));
  });
  await once(child, 'spawn').catch((cause: unknown) => {
    throw new Error('the binary cannot be run', { cause });
  });
  child.unref();

  const { pid } = child;
  const id = pid === undefined ? undefined : await identify(pid);
  if (id === undefined) throw new Error('it ended at once');
  const timer = setTimeout(() => {
    stopWaiting.abort(new Error(`it was not ready on port ${port} within ${READY_WITHIN_MS / 1000} s`));
  }, READY_WITHIN_MS);
  try {
    await plan.recorded(id);
    await awaitLine(readyLine, tail, stopWaiting.signal);
    await awaitPort(port, stopWaiting.signal);
    return id;
  } catch (error) {
    await killProcess(id);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function awaitLine(line: RegExp, tail: LogTail, signal: AbortSignal): Promise<void> {
  while (!line.test(await tail.text())) {
    signal.throwIfAborted();
    await pause(LOOK_EVERY_MS);
  }
}
