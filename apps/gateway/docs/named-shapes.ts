import { SHAPE_NAME } from './shape.js';

type Json = Readonly<Record<string, unknown>>;

/** What is left when every shape that has a name stands in one place. */
export interface Gathered<T> {
  readonly value: T;
  readonly shapes: Readonly<Record<string, unknown>>;
}

/**
 * Moves each shape that has a name into one place and leaves a reference where it stood. Throws where two that
 * differ have the same name.
 */
export function gatherNamed<T>(value: T): Gathered<T> {
  const shapes = new Map<string, { readonly shape: unknown; readonly written: string }>();

  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    const { [SHAPE_NAME]: name, ...rest } = readable(part as Json);
    const shape = Object.fromEntries(Object.entries(rest).map(([key, held]) => [key, visit(held)]));
    if (typeof name !== 'string') return shape;
    const written = JSON.stringify(shape);
    const known = shapes.get(name);
    if (known && known.written !== written) throw new Error(`two shapes are called ${name}`);
    shapes.set(name, { shape, written });
    return { $ref: `#/components/schemas/${name}` };
  };

  const gathered = visit(value) as T;
  const sorted = [...shapes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { shape }]) => [name, shape]);
  return { value: gathered, shapes: Object.fromEntries(sorted) as Json };
}

/**
 * Says what those who read schemas need to be told: that an object of which nothing is known may hold anything, and
 * that a time is a date or an instant, which are two shapes only to those who look at formats.
 */
function readable(shape: Json): Json {
  const { oneOf, ...rest } = shape;
  const isTime = Array.isArray(oneOf) && oneOf.every((kind: unknown) => isTimeFormat(kind));
  if (isTime) return { ...rest, anyOf: oneOf as unknown[] };
  const isBare = Object.keys(shape).every((key) => key === 'type' || key === 'description');
  return shape['type'] === 'object' && isBare ? { ...shape, additionalProperties: true } : shape;
}

const isTimeFormat = (kind: unknown): boolean =>
  typeof kind === 'object' &&
  kind !== null &&
  'format' in kind &&
  ['date', 'date-time'].includes(String(kind.format));
