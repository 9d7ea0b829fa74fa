import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { DtoClass } from './contract.js';
import { fieldsOf, nestedTypeOf } from './dto-shape.js';
import { isSensitivePath } from './sensitive.js';

/** A JSON Schema as far as this library writes one. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly default?: unknown;
  readonly [keyword: string]: unknown;
}

const inputSchemas = new WeakMap<DtoClass, JsonSchema>();
const outputSchemas = new WeakMap<DtoClass, JsonSchema>();

/**
 * Describes what a DTO accepts. Nested DTOs stand in place, without references; a class that holds itself is cut to
 * `object`. A field whose class gives it a value need not be sent, and shows that value as `default`.
 */
export function inputSchemaOf(dto: DtoClass): JsonSchema {
  return remembered(inputSchemas, dto, () => schemaOf(dto, true, []));
}

/** Describes what a DTO holds. */
export function outputSchemaOf(dto: DtoClass): JsonSchema {
  return remembered(outputSchemas, dto, () => schemaOf(dto, false, []));
}

function remembered(known: WeakMap<DtoClass, JsonSchema>, dto: DtoClass, make: () => JsonSchema): JsonSchema {
  let schema = known.get(dto);
  if (!schema) known.set(dto, (schema = make()));
  return schema;
}

function schemaOf(dto: DtoClass, withDefaults: boolean, within: readonly DtoClass[]): JsonSchema {
  const own = targetConstructorToSchema(dto, {
    classTransformerMetadataStorage: defaultMetadataStorage,
  }) as JsonSchema;
  const defaults = withDefaults ? defaultsOf(dto) : new Map<string, unknown>();
  const properties: Record<string, JsonSchema> = {};
  for (const field of fieldsOf(dto)) {
    const nested = nestedTypeOf(dto, field);
    // What it cannot describe it refers to by the name of a class that nobody defines.
    const { $ref: _unknown, ...described } = own.properties?.[field] ?? {};
    properties[field] = {
      ...(nested ? inPlace(described, nested, withDefaults, [...within, dto]) : described),
      ...(defaults.has(field) ? { default: defaults.get(field) } : {}),
      ...(isSensitivePath(dto, field) ? { writeOnly: true } : {}),
    };
  }
  const required = (own.required ?? []).filter((field) => !defaults.has(field));
  const { description, title } = own;
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    ...(title === undefined ? {} : { title }),
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** Puts a nested DTO where class-validator-jsonschema would refer to it. */
function inPlace(
  described: JsonSchema,
  nested: DtoClass,
  withDefaults: boolean,
  within: readonly DtoClass[],
): JsonSchema {
  const whole: JsonSchema = within.includes(nested)
    ? { type: 'object' }
    : schemaOf(nested, withDefaults, within);
  if (described.type === 'array' || described.items) {
    const { $ref: _item, ...items } = described.items ?? {};
    return { ...described, type: 'array', items: { ...items, ...whole } };
  }
  return { ...described, ...whole };
}

/** Reads which fields a class gives a value to. */
function defaultsOf(dto: DtoClass): Map<string, unknown> {
  const instance = new dto() as Readonly<Record<string, unknown>>;
  return new Map(
    Object.entries(instance)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [field, JSON.parse(JSON.stringify(value)) as unknown]),
  );
}
