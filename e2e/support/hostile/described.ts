import { sampleOf } from '#libs/testing';

type Schema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
}
interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> };
}
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One verb of one path, as the document has it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly headers: readonly string[];
  /** Fields of its body with their JSON, as an honest client would send them; undefined where it takes none. */
  readonly body?: Readonly<Record<string, string>>;
  /** All fields that its body may hold. */
  readonly fields: readonly string[];
}

/** Takes the routes out of a document. */
export function routesOf(document: Document): Route[] {
  const resolve = (reference: string): unknown => {
    const [, , kind = '', name = ''] = reference.split('/');
    return document.components[kind]?.[name];
  };
  return Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, { parameters = [], requestBody }]) => {
      const named = (place: string): string[] =>
        parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
      const given = requestBody?.content?.['application/json']?.schema as Schema | undefined;
      const schema = typeof given?.['$ref'] === 'string' ? (resolve(given['$ref']) as Schema) : given;
      const sample = schema === undefined ? undefined : sampleOf(schema, resolve);
      return {
        method: verb.toUpperCase(),
        path,
        query: named('query'),
        headers: named('header'),
        ...(sample === undefined ? {} : { body: fieldsOf(sample) }),
        fields: Object.keys((schema?.['properties'] as object | undefined) ?? {}),
      };
    }),
  );
}

const fieldsOf = (sample: unknown): Readonly<Record<string, string>> =>
  typeof sample === 'object' && sample !== null
    ? Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, JSON.stringify(value)]))
    : {};
