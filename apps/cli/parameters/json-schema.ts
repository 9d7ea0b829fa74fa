/** The part of JSON Schema that describes an input's fields. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** How a field's value is typed on the command line. */
export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'list' | 'json';

/** Gives the schema that a `$ref` inside the document points at; the schema itself when it is none. */
export function resolveRef(schema: JsonSchema, document: JsonSchema): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  if (name === undefined) return schema.allOf?.length === 1 ? { ...schema.allOf[0], ...schema } : schema;
  return document.$defs?.[name] ?? document.definitions?.[name] ?? {};
}

/** Tells how to read a field that may be given in several ways: the one that is easiest to type wins. */
export function kindOf(schema: JsonSchema): FieldKind {
  const kinds = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap(({ type }) => type ?? []);
  if (kinds.includes('array')) return 'list';
  if (kinds.includes('boolean')) return 'boolean';
  if (kinds.includes('integer')) return 'integer';
  if (kinds.includes('number')) return 'number';
  if (kinds.includes('string') || schema.enum !== undefined) return 'text';
  return 'json';
}
