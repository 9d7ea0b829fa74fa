import type { JsonSchema } from '#libs/operations';

/** Marks a shape that stands in the document once, under this name, and is referred to everywhere else. */
export const SHAPE_NAME = 'x-name';

/** Says under which name the document holds a shape. */
export const named = (name: string, shape: JsonSchema): JsonSchema => ({ ...shape, [SHAPE_NAME]: name });

export const text = (more: JsonSchema = {}): JsonSchema => ({ type: 'string', ...more });
export const oneOf = (values: readonly string[]): JsonSchema => ({ type: 'string', enum: values });
export const integer = (more: JsonSchema = {}): JsonSchema => ({ type: 'integer', ...more });
export const decimal = (more: JsonSchema = {}): JsonSchema => ({ type: 'number', ...more });
export const flag = (more: JsonSchema = {}): JsonSchema => ({ type: 'boolean', ...more });
/** An instant in ISO 8601. */
export const instant = (more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  format: 'date-time',
  ...more,
});
/** Any JSON. */
export const anything = (description: string): JsonSchema => ({ description });
export const list = (items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({
  type: 'array',
  items,
  ...more,
});
/** An object whose keys nobody knows beforehand. */
export const mapOf = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });

/** An object that holds these and nothing else; what ends in `?` may be left out. */
export function object(properties: Readonly<Record<string, JsonSchema>>, more: JsonSchema = {}): JsonSchema {
  const required = Object.keys(properties).filter((name) => !name.endsWith('?'));
  return {
    type: 'object',
    ...more,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, shape]) => [name.replace(/\?$/, ''), shape]),
    ),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** Lets a shape be null too. */
export function orNull(shape: JsonSchema): JsonSchema {
  const { type, enum: values } = shape as { type?: string | readonly string[]; enum?: readonly unknown[] };
  if (shape[SHAPE_NAME] !== undefined || (type === undefined && shape['oneOf'] !== undefined))
    return { anyOf: [shape, { type: 'null' }] };
  if (type === undefined) return shape;
  return {
    ...shape,
    type: [type, 'null'].flat() as unknown as string,
    ...(values ? { enum: [...values, null] } : {}),
  };
}

/** Where everything about a thing lies, as paths; what ends in `?` may be left out. */
export const linksTo = (...names: readonly string[]): JsonSchema =>
  object(Object.fromEntries(names.map((name) => [name, text()])), {
    description: 'Where it and what belongs to it lies',
  });

/** Adds fields to the shape of an object. */
export function extended(shape: JsonSchema, more: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const added = object(more);
  return {
    ...shape,
    properties: { ...shape.properties, ...added.properties },
    required: [...(shape.required ?? []), ...(added.required ?? [])],
  };
}

/** Leaves fields out of the shape of an object. */
export function without(shape: JsonSchema, ...names: readonly string[]): JsonSchema {
  return {
    ...shape,
    properties: Object.fromEntries(
      Object.entries(shape.properties ?? {}).filter(([name]) => !names.includes(name)),
    ),
    required: (shape.required ?? []).filter((name) => !names.includes(name)),
  };
}

/** One part of a list, with the address of the next. */
export const pageShape = (name: string, item: JsonSchema): JsonSchema =>
  named(
    name,
    object({
      items: list(item),
      nextCursor: { type: ['string', 'null'] as unknown as string, description: 'Null on the last page' },
      links: linksTo('self', 'next?'),
    }),
  );
