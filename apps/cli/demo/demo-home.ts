import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Folders, stopServers, withLock } from '#libs/local-stack';
import { AlreadyRunningError, readInstance } from '../platform/instance.js';

/**
 * Starts something in an empty home of its own under the usual one: invented openings and applications to them are not
 * to stand among real ones, and each demo begins at the same point. What the last demo kept goes. Throws
 * AlreadyRunningError where a demo is still running.
 */
export async function inFreshDemoHome<T>(
  folders: Folders,
  start: (folders: Folders) => Promise<T>,
): Promise<T> {
  const home = path.join(folders.home, 'demo');
  // Held until it runs, so that of two demos the second finds the first and leaves its home alone.
  return withLock(`${home}.lock`, async () => {
    const running = await readInstance(home);
    if (running !== undefined) throw new AlreadyRunningError(running);
    // Servers outlive a demo that was killed, and would go on writing into what is removed.
    await stopServers(home);
    await rm(home, { recursive: true, force: true });
    return start({ ...folders, home });
  });
}
