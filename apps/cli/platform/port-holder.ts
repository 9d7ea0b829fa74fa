import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import net from 'node:net';
import { promisify } from 'node:util';
import { FailedError } from '../terminal/cli-error.js';
import { oneLine } from '../terminal/plain-text.js';

const run = promisify(execFile);

export interface PortHolder {
  readonly pid: number;
  readonly command: string;
}

/** Reports that a port is taken, by whom where the system tells, and how to take another. */
export class PortTakenError extends FailedError {
  constructor(
    readonly port: number,
    readonly holder: PortHolder | undefined,
  ) {
    const by = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command})`;
    super(`port ${port} is held by ${by}`, `end it, or take another port: jobhunter up --port ${port + 1}`);
  }
}

/** Tells whether the port can be listened on. */
export async function isPortFree(port: number, host: string): Promise<boolean> {
  const server = net.createServer().listen({ port, host, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Finds who listens on a port; undefined where the system does not tell, as with a process of another user. */
export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  const pid = process.platform === 'linux' ? await linuxHolder(port) : await lsofHolder(port);
  return pid === undefined ? undefined : { pid, command: await commandOf(pid) };
}

// Source: proc(5): /proc/net/tcp lists local address, state (0A = LISTEN) and inode; /proc/[pid]/fd links to it.
async function linuxHolder(port: number): Promise<number | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = new Set(
    tables
      .flatMap((table) => table.split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(`:${hexPort}`) && state === '0A')
      .map((fields) => `socket:[${fields[9]}]`),
  );
  if (sockets.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const holders = await Promise.all(
    pids.map(async (pid) => ((await holdsOne(pid, sockets)) ? pid : undefined)),
  );
  const found = holders.find((pid) => pid !== undefined);
  return found === undefined ? undefined : Number(found);
}

async function holdsOne(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return targets.some((target) => sockets.has(target));
}

async function lsofHolder(port: number): Promise<number | undefined> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']).catch(() => ({
    stdout: '',
  }));
  const pid = /^p(\d+)/m.exec(stdout)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

async function commandOf(pid: number): Promise<string> {
  const line =
    process.platform === 'linux'
      ? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
      : (await run('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({ stdout: '' }))).stdout;
  const text = oneLine(line);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text || 'unknown command';
}
