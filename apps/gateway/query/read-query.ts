import { getMetadataStorage } from 'class-validator';
import { ONE_OR_MORE } from '#libs/contracts';
import { checkDto, fieldsOf } from '#libs/operations';
import type { DtoClass } from '#libs/operations';
import type { FieldError } from '#libs/run-log';
import { BadQueryError } from '../problems/errors.js';
import { asParameter, parameterOf } from './parameter-names.js';

/** A query string as the server parses it: a parameter that stands there twice is a list. */
export type RawQuery = Readonly<Record<string, string | readonly string[]>>;

/**
 * Reads a query into a DTO: texts become the numbers, booleans and lists that its rules ask for. Throws
 * BadQueryError, which names each parameter, what it held and what was expected.
 */
export async function readQuery<T extends object>(dto: DtoClass<T>, raw: RawQuery): Promise<T> {
  const parameters = parametersOf(dto);
  const { fields } = parameters;
  const unknown = Object.keys(raw).filter((name) => !fields.has(name));
  if (unknown.length > 0)
    throw new BadQueryError(unknown.map((name) => unknownParameter(name, raw, [...fields.keys()])));
  // Nothing can be asked and nothing is.
  if (fields.size === 0) return new dto();
  const checked = await checkDto(dto, typed(raw, parameters));
  if (!checked.ok) throw new BadQueryError(checked.fields.map(asParameter));
  return checked.value;
}

/** Names that every object has are parameters too, so they are not left to the validator. */
function unknownParameter(name: string, raw: RawQuery, known: readonly string[]): FieldError {
  const list = known.join(', ');
  const message = `unknown parameter; expected ${list ? `one of ${list}` : 'none'}`;
  return { field: name, value: raw[name], message };
}

/** What is known of a class's parameters. */
interface Parameters {
  /** The field of each. */
  readonly fields: ReadonlyMap<string, string>;
  /** The rules of each field. */
  readonly kinds: ReadonlyMap<string, ReadonlySet<string>>;
}

const parametersByClass = new WeakMap<DtoClass, Parameters>();

/** Read once for each class: every request asks for it. */
function parametersOf(dto: DtoClass): Parameters {
  let parameters = parametersByClass.get(dto);
  if (!parameters) {
    const fields = new Map([...fieldsOf(dto)].map((field) => [parameterOf(field), field]));
    parameters = { fields, kinds: kindsOf(dto) };
    parametersByClass.set(dto, parameters);
  }
  return parameters;
}

function typed(raw: RawQuery, { fields, kinds }: Parameters): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => {
      const field = fields.get(name) ?? name;
      return [field, asKind(kinds.get(field) ?? new Set(), value)];
    }),
  );
}

function asKind(kind: ReadonlySet<string>, value: string | readonly string[]): unknown {
  if (kind.has(ONE_OR_MORE) && typeof value === 'string' && value.includes(',')) return value.split(',');
  if (kind.has('isArray')) return typeof value === 'string' ? value.split(',') : value;
  if (typeof value !== 'string') return value;
  if (kind.has('isInt') || kind.has('isNumber')) {
    const number = Number(value);
    return value.trim() === '' || Number.isNaN(number) ? value : number;
  }
  if (kind.has('isBoolean')) return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}

/** Names the rules of each field. */
function kindsOf(dto: DtoClass): Map<string, Set<string>> {
  const kinds = new Map<string, Set<string>>();
  for (const { propertyName, name } of getMetadataStorage().getTargetValidationMetadatas(
    dto,
    '',
    false,
    false,
  )) {
    const rules = kinds.get(propertyName) ?? new Set<string>();
    if (name) rules.add(name);
    kinds.set(propertyName, rules);
  }
  return kinds;
}
