type Schema = Readonly<Record<string, unknown>>;

/** Gives what a reference in a schema leads to. */
export type Resolve = (reference: string) => unknown;

const asSchema = (value: unknown): Schema =>
  typeof value === 'object' && value !== null ? (value as Schema) : {};
const MOST_DEPTH = 6;

/**
 * Makes a value that fits a JSON Schema, as small as may be: what is needed stands in it, lists hold what they must.
 * Patterns are not looked at.
 */
export function sampleOf(given: unknown, resolve: Resolve = () => ({}), depth = 0): unknown {
  const schema = asSchema(given);
  if (typeof schema['$ref'] === 'string') return sampleOf(resolve(schema['$ref']), resolve, depth + 1);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['examples']) && schema['examples'].length > 0)
    return schema['examples'][0] as unknown;
  if ('default' in schema) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown;
  for (const kind of ['oneOf', 'anyOf']) {
    const choices = schema[kind];
    if (Array.isArray(choices))
      return sampleOf({ ...schema, [kind]: undefined, ...asSchema(choices[0]) }, resolve, depth);
  }
  const types = [schema['type']].flat();
  const type = types.includes('null') ? 'null' : types[0];
  switch (type) {
    case 'object':
      return sampleObject(schema, resolve, depth);
    case 'array':
      return Array.from({ length: Number(schema['minItems'] ?? 0) }, () =>
        sampleOf(schema['items'], resolve, depth + 1),
      );
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 0);
    case 'boolean':
      return false;
    case 'string':
      return sampleText(schema);
    default:
      return null;
  }
}

function sampleObject(schema: Schema, resolve: Resolve, depth: number): unknown {
  if (depth > MOST_DEPTH) return {};
  const properties = asSchema(schema['properties']);
  const needed = Array.isArray(schema['required']) ? (schema['required'] as readonly string[]) : [];
  return Object.fromEntries(needed.map((name) => [name, sampleOf(properties[name], resolve, depth + 1)]));
}

function sampleText({ format, minLength }: Schema): string {
  if (format === 'date-time') return '2026-01-02T03:04:05.000Z';
  if (format === 'date') return '2026-01-02';
  if (format === 'email') return 'kim@kim.example';
  if (format === 'uri') return 'https://kim.example/';
  return 'text'.padEnd(Number(minLength ?? 0), 'x');
}
