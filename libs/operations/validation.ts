import { getMetadataStorage, validate } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { FieldError } from '#libs/run-log';
import type { DtoClass } from './contract.js';
import { fieldsOf, nestedFieldsOf } from './dto-shape.js';
import { REDACTED, isSensitivePath } from './sensitive.js';
import { toInstance } from './to-instance.js';

export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fields: readonly FieldError[] };

const OPTIONS = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false } as const;

/**
 * Turns plain JSON into a DTO instance and checks it. Fields that the DTO does not declare are refused.
 * Each error names the field by its path from the root, such as `query.keywords[2]`.
 */
export async function checkDto<T extends object>(dto: DtoClass<T>, raw: unknown): Promise<Checked<T>> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return refused({ field: '', value: preview(raw), message: `expected an object, got ${kindOf(raw)}` });
  let instance: T;
  try {
    instance = toInstance(dto, raw);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused({ field: '', message: `cannot be read: ${why}` });
  }
  const errors = await validate(instance, OPTIONS);
  const missing = missingNested(dto, instance, '');
  if (errors.length === 0 && missing.length === 0) return { ok: true, value: instance };
  const fields = [...errors.flatMap((error) => fieldErrors(error, '')), ...missing];
  return {
    ok: false,
    fields: fields.map((error) =>
      isSensitivePath(dto, error.field) ? { ...error, value: REDACTED } : error,
    ),
  };
}

/** Builds the sentence that stands for a list of field errors. */
export function sentenceOf(what: string, fields: readonly FieldError[]): string {
  const shown = fields.slice(0, 5).map(({ field, message }) => (field ? `${field}: ${message}` : message));
  const more = fields.length > 5 ? ` (and ${fields.length - 5} more)` : '';
  return `${what} was refused: ${shown.join('; ')}${more}`;
}

function refused(error: FieldError): Checked<never> {
  return { ok: false, fields: [error] };
}

/** Finds absent objects: class-validator lets them pass where only `@ValidateNested` stands. */
function missingNested(dto: DtoClass, value: object, parent: string): FieldError[] {
  return nestedFieldsOf(dto).flatMap(({ field, type, optional }) => {
    const held = (value as Readonly<Record<string, unknown>>)[field];
    const path = pathOf(parent, field);
    if (held === undefined || held === null)
      return optional ? [] : [{ field: path, value: held, message: 'is missing: expected an object' }];
    const items: readonly unknown[] = Array.isArray(held) ? held : [held];
    return items.flatMap((item, index) =>
      typeof item === 'object' && item !== null
        ? missingNested(type, item, Array.isArray(held) ? `${path}[${index}]` : path)
        : [],
    );
  });
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const path = pathOf(parent, error.property);
  const below = (error.children ?? []).flatMap((child) => fieldErrors(child, path));
  if (!error.constraints) return below;
  const items = wrongItems(error);
  if (items.length > 0 && below.length === 0)
    return items.map(({ index, messages }) => ({
      field: `${path}[${index}]`,
      value: preview((error.value as readonly unknown[])[index]),
      message: messages.join('; '),
    }));
  return [{ field: path, value: preview(error.value), message: messageOf(error) }, ...below];
}

function pathOf(parent: string, property: string): string {
  if (/^\d+$/.test(property) && parent) return `${parent}[${property}]`;
  return parent ? `${parent}.${property}` : property;
}

function messageOf(error: ValidationError): string {
  const { whitelistValidation, ...others } = error.constraints ?? {};
  if (whitelistValidation !== undefined) {
    const known = [...fieldsOf(error.target?.constructor as DtoClass)];
    return known.length > 0 ? `unknown field; expected one of ${known.join(', ')}` : 'unknown field';
  }
  // Decorators are applied from the bottom up, so the topmost, which by custom names the type, comes last.
  const expected = Object.values(others).at(-1) ?? 'not as expected';
  return error.value === undefined ? `is missing: ${expected}` : expected;
}

/** Finds which items of a list broke an `each` rule: class-validator only tells that one of them did. */
function wrongItems(error: ValidationError): { index: number; messages: string[] }[] {
  const target: object | undefined = error.target;
  const value: unknown = error.value;
  if (!Array.isArray(value) || !target) return [];
  const storage = getMetadataStorage();
  const rules = storage
    .getTargetValidationMetadatas(target.constructor, '', false, false)
    .filter((rule) => rule.propertyName === error.property && rule.constraintCls);
  const broken = new Set(Object.keys(error.constraints ?? {}));
  const found = new Map<number, string[]>();
  for (const rule of rules)
    for (const constraint of storage.getTargetValidatorConstraints(rule.constraintCls)) {
      if (!broken.has(constraint.name)) continue;
      if (!rule.each) return []; // the list itself is wrong, which says more than any of its items
      value.forEach((item: unknown, index) => {
        const args = {
          value: item,
          constraints: rule.constraints,
          targetName: target.constructor.name,
          object: target,
          property: `${error.property}[${index}]`,
        };
        if (constraint.instance.validate(item, args) !== false) return;
        const message = (error.constraints?.[constraint.name] ?? '').replace(/^each value in /, '');
        found.set(index, [...(found.get(index) ?? []), message]);
      });
    }
  return [...found].map(([index, messages]) => ({ index, messages }));
}

const SHOWN = 200;

/** Keeps what an error shows of a value short. */
function preview(value: unknown): unknown {
  if (typeof value === 'string' && value.length > SHOWN) return `${value.slice(0, SHOWN)}…`;
  if (typeof value !== 'object' || value === null) return value;
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    return kindOf(value);
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : value === undefined ? 'nothing' : `a ${typeof value}`;
}
