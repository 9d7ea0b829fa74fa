import { inspect } from 'node:util';
import { safeLines } from '../terminal/plain-text.js';

/** Writes a result for people: short, and without anything that could steer the terminal. */
export function resultLines(result: unknown): string {
  if (typeof result === 'string') return safeLines(result);
  return safeLines(inspect(result, { depth: 4, breakLength: 100, maxArrayLength: 5, maxStringLength: 300 }));
}
