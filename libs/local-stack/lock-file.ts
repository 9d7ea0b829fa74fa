import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { hasCode } from './caught.js';
import { LockBusyError } from './errors.js';
import { identifySelf, isAlive, isSame, type ProcessId } from './process-stamp.js';

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 120_000;

/** A lock that lies there; one that a loss of power left empty or torn names no holder. */
interface Lock {
  readonly holder: ProcessId | undefined;
}

/**
 * Runs `work` while no other process does so with the same `lock` file. A lock whose holder is gone is
 * taken over. Throws LockBusyError after two minutes of waiting.
 */
export async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(lock), { recursive: true });
  await acquire(lock);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function acquire(lock: string): Promise<void> {
  const claim = `${lock}.${randomUUID()}`;
  await writeFile(claim, JSON.stringify(await identifySelf()));
  try {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await take(claim, lock))) {
      const held = await readLock(lock);
      if (held !== undefined && !(await isHeld(held))) await clear(lock, held);
      else if (performance.now() > deadline) throw new LockBusyError(lock, held?.holder?.pid);
      else await pause(LOOK_EVERY_MS);
    }
  } finally {
    await rm(claim, { force: true });
  }
}

// A link appears whole or not at all, so a reader never meets a lock without its holder's name.
async function take(claim: string, lock: string): Promise<boolean> {
  try {
    await link(claim, lock);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

// Between the look and the removal another process may have taken the lock: then it gets it back.
async function clear(lock: string, seen: Lock): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch {
    return;
  }
  const removed = (await readLock(aside))?.holder;
  const isAnother = removed !== undefined && (seen.holder === undefined || !isSame(removed, seen.holder));
  if (isAnother) await take(aside, lock);
  await rm(aside, { force: true });
}

async function isHeld({ holder }: Lock): Promise<boolean> {
  return holder !== undefined && (await isAlive(holder));
}

async function readLock(file: string): Promise<Lock | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return { holder: JSON.parse(text) as ProcessId };
  } catch {
    return { holder: undefined };
  }
}
