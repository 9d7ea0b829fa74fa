import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LockBusyError } from './errors.js';
import { identifySelf, isAlive, type ProcessId } from './process-stamp.js';

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 120_000;

/**
 * Runs `work` while no other process does so with the same `lock` path. Who wants in puts up a claim, an empty file
 * beside that path with the process in its name, and goes in where it then sees no claim but its own: of two who claim
 * at once the one that looks last sees the other. A claim is taken away by its own process, or once that is gone, so
 * nobody loses a lock that they hold. Throws LockBusyError after two minutes of waiting.
 */
export async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(lock), { recursive: true });
  const claim = await acquire(lock);
  try {
    return await work();
  } finally {
    await rm(claim, { force: true });
  }
}

/** Names the file by which a process claims a lock; each call another one. */
export const claimOf = (lock: string, { pid, stamp }: ProcessId): string =>
  [lock, pid, Buffer.from(stamp).toString('base64url'), randomUUID()].join('.');

async function acquire(lock: string): Promise<string> {
  const claim = claimOf(lock, await identifySelf());
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    // Looked at before too: who only waits would else keep turning others away.
    const holder = (await findOther(lock, claim)) ?? (await tryClaim(lock, claim));
    if (holder === undefined) return claim;
    if (performance.now() > deadline) throw new LockBusyError(lock, holder.pid);
    // By chance, so that two who have turned each other away do not come back together.
    await pause(LOOK_EVERY_MS * (0.5 + Math.random()));
  }
}

/** Gives who else has claimed it, and then there is no claim; undefined where it is ours. */
async function tryClaim(lock: string, claim: string): Promise<ProcessId | undefined> {
  await writeFile(claim, '');
  let ours = false;
  try {
    const other = await findOther(lock, claim);
    ours = other === undefined;
    return other;
  } finally {
    if (!ours) await rm(claim, { force: true });
  }
}

/** Finds a living process that claims the lock by another file; removes the claims of those that are gone. */
async function findOther(lock: string, own: string): Promise<ProcessId | undefined> {
  const folder = path.dirname(lock);
  const before = `${path.basename(lock)}.`;
  for (const name of await readdir(folder)) {
    const claim = path.join(folder, name);
    const process = name.startsWith(before) ? processIn(name.slice(before.length)) : undefined;
    if (process === undefined || claim === own) continue;
    if (await isAlive(process)) return process;
    await rm(claim, { force: true });
  }
  return undefined;
}

function processIn(claim: string): ProcessId | undefined {
  const [pid = '', stamp = '', ...rest] = claim.split('.');
  if (!/^\d+$/.test(pid) || rest.length !== 1) return undefined;
  return { pid: Number(pid), stamp: Buffer.from(stamp, 'base64url').toString() };
}
