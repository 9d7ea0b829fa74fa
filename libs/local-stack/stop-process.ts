import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from './caught.js';
import { isAlive, type ProcessId } from './process-stamp.js';

const LOOK_EVERY_MS = 20;

/**
 * Ends a process by pid: SIGTERM, then SIGKILL when it still lives after `graceMs` (milliseconds).
 * Does nothing when that very process is gone already, even where its pid has gone to another.
 */
export async function stopProcess(target: ProcessId, graceMs = 10_000): Promise<void> {
  if (!(await isAlive(target))) return;
  signal(target.pid, 'SIGTERM');
  if (await isGoneWithin(target, graceMs)) return;
  signal(target.pid, 'SIGKILL');
  if (!(await isGoneWithin(target, graceMs))) throw new Error(`process ${target.pid} outlives SIGKILL`);
}

/** Ends a process at once with SIGKILL, as a crash would, and waits until it is gone. */
export async function killProcess(target: ProcessId): Promise<void> {
  if (!(await isAlive(target))) return;
  signal(target.pid, 'SIGKILL');
  await isGoneWithin(target, 10_000);
}

// The process need not be a child of this one, so there is no exit event to wait for.
async function isGoneWithin(target: ProcessId, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (!(await isAlive(target))) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
