import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Content {
  readonly schema?: unknown;
}
interface Described {
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Record<string, Content> }>
  >;
}
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An answer as it came. */
export interface Came {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly mediaType: string;
  readonly body: unknown;
}

const pointer = (...parts: readonly string[]): string =>
  parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Judges answers of a gateway by the document that it serves. */
export class DocumentCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly templates: readonly { readonly path: string; readonly pattern: RegExp }[];

  constructor(private readonly document: OpenApiDocument) {
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, 'document');
    this.templates = Object.keys(document.paths)
      // What is spelled out counts before what stands for anything.
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}/?$`) }));
  }

  /** Tells what the document says otherwise; nothing where it is as described, or the route is not in there. */
  disagreements({ method, path, status, mediaType, body }: Came): string[] {
    const route = this.pathOf(path);
    const verb = method.toLowerCase();
    const described = route === undefined ? undefined : this.document.paths[route]?.[verb];
    if (route === undefined || !described) return [];
    const key = String(status) in described.responses ? String(status) : 'default';
    const answer = described.responses[key];
    const [kind = ''] = mediaType.split(';');
    const at = answer?.$ref
      ? `${answer.$ref.slice(1)}/content${pointer(kind)}/schema`
      : `${pointer('paths', route, verb, 'responses', key, 'content', kind)}/schema`;
    const content = answer?.$ref ? this.contentOf(answer.$ref) : answer?.content;
    if (key === 'default' && status < 400) return [`${method} ${route} has no answer ${status}`];
    if (!content || !(kind in content))
      return [`${method} ${route} ${key} is not answered with ${kind || 'nothing'}`];
    if (!kind.includes('json')) return [];
    const fits = this.validator(at);
    if (fits(body)) return [];
    return (fits.errors ?? []).map(
      (error) =>
        `${method} ${route} ${status}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  }

  /** Tells why something does not fit a schema of the document, named by its place in there. */
  misfits(place: string, value: unknown): string[] {
    const fits = this.validator(place);
    return fits(value) ? [] : (fits.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  }

  /** Gives the path in the document that an address belongs to. */
  pathOf(address: string): string | undefined {
    const [path = ''] = address.split('?');
    return this.templates.find(({ pattern }) => pattern.test(path))?.path;
  }

  private contentOf(ref: string): Record<string, Content> | undefined {
    const [kind = '', name = ''] = ref.replace('#/components/', '').split('/');
    return (this.document.components[kind]?.[name] as { content?: Record<string, Content> } | undefined)
      ?.content;
  }

  private validator(place: string): ValidateFunction {
    let fits = this.compiled.get(place);
    if (!fits) this.compiled.set(place, (fits = this.ajv.compile({ $ref: `document#${encodeURI(place)}` })));
    return fits;
  }
}
