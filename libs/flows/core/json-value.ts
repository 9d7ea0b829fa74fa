import { NotSerialisableError } from './errors.js';

/** Returns the value as JSON gives it back. Throws NotSerialisableError, which says why, for what JSON cannot hold. */
export function asJson(value: unknown, what: string): unknown {
  if (value === undefined) return null;
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new NotSerialisableError(what, `it is a ${typeof value}`);
  }
  try {
    return JSON.parse(JSON.stringify(value)) as unknown;
  } catch (cause) {
    throw new NotSerialisableError(what, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
