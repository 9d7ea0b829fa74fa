import { checkDto, fieldsOf, type OperationContract } from '#libs/operations';
import { findReferences } from './find-references.js';

/**
 * Says what an operation would refuse in an input, in one sentence; nothing where it would take it. A field that holds
 * an expression is left to the operation, which sees what has become of it.
 */
export async function checkInput(
  { input: dto }: OperationContract,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { found, unreadable } = findReferences(input);
  const open = [...found, ...unreadable].map(({ field }) => field);
  const checked = await checkDto(dto, input);
  if (checked.ok) return '';
  const known = fieldsOf(dto);
  return checked.fields
    .filter(({ field }) => !known.has(topOf(field)) || !open.some((other) => touches(field, other)))
    .map(({ field, message }) =>
      field === '' || message.startsWith(field) ? message : `${field}: ${message}`,
    )
    .join('; ');
}

const topOf = (field: string): string => /^[^.[]*/.exec(field)![0];

/** Whether one field is the other, or lies in it. */
const touches = (a: string, b: string): boolean => isWithin(a, b) || isWithin(b, a);

const isWithin = (inner: string, outer: string): boolean =>
  outer === '' || inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
