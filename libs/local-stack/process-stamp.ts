import { readFile } from 'node:fs/promises';
import { runCommand } from './run-command.js';

/** A process told apart from any later one that is given the same pid. */
export interface ProcessId {
  readonly pid: number;
  /** When the process began, as the system tells it; the same for as long as the process lives. */
  readonly stamp: string;
}

/** Reads the identity of a living process; undefined when it is gone or only waits to be reaped. */
export async function identify(pid: number): Promise<ProcessId | undefined> {
  const stamp = process.platform === 'linux' ? await linuxStamp(pid) : await portableStamp(pid);
  return stamp === undefined ? undefined : { pid, stamp };
}

/** Tells whether both name the same process. */
export function isSame(one: ProcessId, other: ProcessId): boolean {
  return one.pid === other.pid && one.stamp === other.stamp;
}

/** Tells whether that very process lives still. */
export async function isAlive({ pid, stamp }: ProcessId): Promise<boolean> {
  return (await identify(pid))?.stamp === stamp;
}

/** Identifies the process that runs this code. */
export async function identifySelf(): Promise<ProcessId> {
  const self = await identify(process.pid);
  if (self === undefined)
    throw new Error('this system does not tell when a process began (needs /proc or ps)');
  return self;
}

// Start time counts from boot, so the boot's id goes along. Source: proc(5), /proc/[pid]/stat fields 3 and 22.
async function linuxStamp(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

async function portableStamp(pid: number): Promise<string | undefined> {
  const answer = await runCommand('ps', ['-p', String(pid), '-o', 'stat=,lstart=']).catch(() => '');
  const [state, ...started] = answer.trim().split(/\s+/);
  return state === undefined || state === '' || state.startsWith('Z') ? undefined : started.join(' ');
}
