import type { FieldError } from '#libs/run-log';
import { checkDto, fieldsOf, type DtoClass, type OperationContract } from '#libs/operations';
import type { Root } from './expression.js';
import { findReferences } from './find-references.js';
import { STEPS } from './steps-root.js';

/**
 * Says what an operation would refuse in an input, in one sentence; nothing where it would take it. A field that holds
 * an expression is left to the operation, which sees what has become of it.
 */
export async function checkInput(
  { input: dto }: OperationContract,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const checked = await checkDto(dto, input);
  if (checked.ok) return '';
  return settledFaults(checked.fields, input, dto, STEPS)
    .map(({ field, message }) =>
      field === '' || message.startsWith(field) ? message : `${field}: ${message}`,
    )
    .join('; ');
}

/** Leaves out what is said of fields that hold expressions: what becomes of them is not known yet. */
export function settledFaults(
  faults: readonly FieldError[],
  input: Readonly<Record<string, unknown>>,
  dto: DtoClass,
  root: Root,
): readonly FieldError[] {
  const { found, unreadable } = findReferences(input, root);
  const open = [...found, ...unreadable].map(({ field }) => field);
  const known = fieldsOf(dto);
  return faults.filter(
    ({ field }) => !known.has(topOf(field)) || !open.some((other) => touches(field, other)),
  );
}

const topOf = (field: string): string => /^[^.[]*/.exec(field)![0];

/** Whether one field is the other, or lies in it. */
const touches = (a: string, b: string): boolean => isWithin(a, b) || isWithin(b, a);

const isWithin = (inner: string, outer: string): boolean =>
  outer === '' || inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
