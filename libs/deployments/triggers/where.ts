import sift from 'sift';
import { closest } from '#libs/closest-name';
import type { FieldError } from '#libs/run-log';
import type { TriggerEvent } from '../trigger.js';

/** Operators of queries. `$regex` is not among them: a pattern can take longer than the universe lasts. */
const { $eq, $ne, $in, $nin, $gt, $gte, $lt, $lte, $exists, $and, $or, $nor, $not } = sift;
const OPERATIONS = { $eq, $ne, $in, $nin, $gt, $gte, $lt, $lte, $exists, $and, $or, $nor, $not };
const NAMES = Object.keys(OPERATIONS);
/** Those that hold whole queries, and stand where a field could. */
const GROUPS: readonly string[] = ['$and', '$or', '$nor'];
const LISTS: readonly string[] = ['$in', '$nin'];

/** Fields of an event, which queries and expressions begin with. */
export const EVENT_FIELDS = [
  'id',
  'type',
  'source',
  'time',
  'data',
] as const satisfies (keyof TriggerEvent)[];

const MOST_BYTES = 4 * 1024;
const DEEPEST = 10;

export type Query = Readonly<Record<string, unknown>>;

/** Whether a query holds for an event. Throws on a query that cannot be read. */
export const holdsFor = (where: Query, event: TriggerEvent): boolean =>
  sift.createQueryTester(where, { operations: OPERATIONS })(event);

/** Tells what is wrong about a query, by the fields under `field`. */
export function whereFaults(where: Query, field: string): FieldError[] {
  const bytes = Buffer.byteLength(JSON.stringify(where));
  if (bytes > MOST_BYTES) return [{ field, message: `has ${bytes} bytes, expected ${MOST_BYTES} at most` }];
  const faults = queryFaults(where, field, 1);
  if (faults.length > 0) return faults;
  try {
    holdsFor(where, { id: '', type: '', source: '', time: '', data: {} });
    return [];
  } catch (error) {
    return [{ field, message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }];
  }
}

function queryFaults(query: Query, field: string, depth: number): FieldError[] {
  if (depth > DEEPEST) return [{ field, message: `expected no more than ${DEEPEST} levels` }];
  return Object.entries(query).flatMap(([name, value]) => {
    const at = `${field}.${name}`;
    if (GROUPS.includes(name)) return groupFaults(value, at, depth);
    if (name.startsWith('$')) return [unknownOperator(name, at, NAMES.includes(name))];
    const [top = ''] = name.split('.');
    if (!(EVENT_FIELDS as readonly string[]).includes(top)) return [unknownField(top, at)];
    return valueFaults(value, at, depth + 1);
  });
}

function groupFaults(value: unknown, field: string, depth: number): FieldError[] {
  if (!Array.isArray(value) || value.length === 0)
    return [{ field, value, message: 'expected a list of queries' }];
  return value.flatMap((each: unknown, place) =>
    isObject(each)
      ? queryFaults(each, `${field}[${place}]`, depth + 1)
      : [{ field: `${field}[${place}]`, value: each, message: 'expected a query' }],
  );
}

/** What a field is compared with: operators, or the very value. */
function valueFaults(value: unknown, field: string, depth: number): FieldError[] {
  if (depth > DEEPEST) return [{ field, message: `expected no more than ${DEEPEST} levels` }];
  if (Array.isArray(value))
    return value.flatMap((each, place) => plainFaults(each, `${field}[${place}]`, depth + 1));
  if (!isObject(value)) return [];
  const names = Object.keys(value);
  const operators = names.filter((name) => name.startsWith('$'));
  if (operators.length > 0 && operators.length < names.length)
    return [{ field, message: 'expected either operators or the fields of a value, not both' }];
  return Object.entries(value).flatMap(([name, operand]) => {
    const at = `${field}.${name}`;
    if (operators.length === 0) return plainFaults(operand, at, depth + 1);
    if (!NAMES.includes(name) || GROUPS.includes(name))
      return [unknownOperator(name, at, GROUPS.includes(name))];
    if (LISTS.includes(name) && !Array.isArray(operand))
      return [{ field: at, value: operand, message: 'expected a list' }];
    if (name === '$exists' && typeof operand !== 'boolean')
      return [{ field: at, value: operand, message: 'expected true or false' }];
    if (name === '$not' && !isObject(operand))
      return [{ field: at, value: operand, message: 'expected operators, such as { $gt: 5 }' }];
    return name === '$not' ? valueFaults(operand, at, depth + 1) : plainFaults(operand, at, depth + 1);
  });
}

/** Operators in a value that is compared as a whole would be none. */
function plainFaults(value: unknown, field: string, depth: number): FieldError[] {
  if (depth > DEEPEST) return [{ field, message: `expected no more than ${DEEPEST} levels` }];
  if (Array.isArray(value))
    return value.flatMap((each, place) => plainFaults(each, `${field}[${place}]`, depth + 1));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name.startsWith('$')
      ? [
          {
            field: `${field}.${name}`,
            message:
              'stands inside a value: write the path with dots, such as data.total, before an operator',
          },
        ]
      : plainFaults(inner, `${field}.${name}`, depth + 1),
  );
}

function unknownOperator(name: string, field: string, isMisplaced: boolean): FieldError {
  if (isMisplaced)
    return {
      field,
      message: GROUPS.includes(name)
        ? `${name} stands beside fields, not under one`
        : `${name} stands under a field, such as { data.total: { ${name}: … } }`,
    };
  const meant = closest(name, NAMES);
  return {
    field,
    message: `there is no operator ${name}; ${meant === undefined ? '' : `did you mean ${meant}? `}there are ${NAMES.join(', ')}`,
  };
}

function unknownField(name: string, field: string): FieldError {
  const meant = closest(name, EVENT_FIELDS);
  const hint = meant === undefined ? `did you mean data.${name}?` : `did you mean ${meant}?`;
  return { field, message: `an event has no field ${name}; ${hint} It has ${EVENT_FIELDS.join(', ')}` };
}

const isObject = (value: unknown): value is Query =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
