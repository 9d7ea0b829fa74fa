import { ExpressionError } from './errors.js';
import type { Reference } from './expression.js';
import { fillTemplate, lookUp } from './fill-template.js';
import { STEPS, stepOf } from './steps-root.js';

/** What the steps so far have given, by their ids. */
export type Outputs = ReadonlyMap<string, unknown>;

/** Makes a step's input: each expression is replaced by what it names. Throws ExpressionError. */
export function fillIn(value: unknown, outputs: Outputs, step: string): unknown {
  return fillTemplate(value, {
    root: STEPS,
    valueOf: (reference) => valueOf(reference, outputs, step),
    refused: (expression, why) => new ExpressionError(step, expression, why),
  });
}

function valueOf(reference: Reference, outputs: Outputs, step: string): unknown {
  const { step: of, path } = stepOf(reference);
  if (!outputs.has(of)) {
    const known = [...outputs.keys()].join(', ') || 'none';
    throw new ExpressionError(
      step,
      reference.text,
      `names no step that has given something; there are ${known}`,
    );
  }
  const found = lookUp(outputs.get(of), path, `${STEPS.word}.${of}`);
  if ('value' in found) return found.value;
  throw new ExpressionError(step, reference.text, `cannot be found: ${found.missing}`);
}
