import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/** Drawn in bulk: a call to the system for each character of an id costs more than the rest of a start. */
const pool = new Uint32Array(256);
let used = pool.length;

function random(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool[used++]! / 2 ** 32;
}

const next = monotonicFactory(random);

/** Makes an id that sorts by the time of its making. */
export const newRunId = (): string => next().toLowerCase();
