import { rename, stat } from 'node:fs/promises';
import { hasCode } from './caught.js';

const LARGEST_LOG = 10 * 1024 * 1024;

/**
 * Moves a log that has grown over `largest` bytes to `<file>.1`, in place of the one that lay there, so that
 * logs do not fill the disk. To be called before the log is opened.
 */
export async function setLogAside(file: string, largest = LARGEST_LOG): Promise<void> {
  try {
    if ((await stat(file)).size > largest) await rename(file, `${file}.1`);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
