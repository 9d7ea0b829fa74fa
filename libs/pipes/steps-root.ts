import type { Reference, Root } from './expression.js';

/** Expressions in pipes name what earlier steps have given. */
export const STEPS: Root = { word: 'steps', first: /^[a-z][a-z0-9_]*$/, form: 'steps.<id>' };

/** Which step an expression names, and what inside of its output. */
export function stepOf({ path: [step, ...path] }: Reference): {
  readonly step: string;
  readonly path: readonly (string | number)[];
} {
  return { step: String(step), path };
}
