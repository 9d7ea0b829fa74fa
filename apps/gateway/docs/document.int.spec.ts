import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { TestGateway } from '../testing/test-gateway.js';
import { DocumentCheck } from '../testing/document-check.js';
import { VERBS } from './api-document.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: object;
  readonly example?: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { schema?: object; example?: unknown }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      { readonly $ref?: string; readonly content?: Record<string, { schema?: Record<string, unknown> }> }
    >
  >;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
    readonly responses: Readonly<Record<string, { content: Record<string, { example?: unknown }> }>>;
  };
}

/** Beside being OpenAPI at all, what a client's maker trips over. */
const RULES = [
  'struct',
  'no-unresolved-refs',
  'spec-strict-refs',
  'no-identical-paths',
  'no-path-trailing-slash',
  'path-declaration-must-exist',
  'path-not-include-query',
  'path-parameters-defined',
  'operation-2xx-response',
  'operation-4xx-response',
  'operation-4xx-problem-details-rfc7807',
  'operation-operationId',
  'operation-operationId-unique',
  'operation-operationId-url-safe',
  'operation-parameters-unique',
  'operation-summary',
  'parameter-description',
  'security-defined',
  'info-license',
  'no-duplicated-tag-names',
  'no-enum-type-mismatch',
  'no-invalid-media-type-examples',
  'no-invalid-parameter-examples',
  'no-invalid-schema-examples',
  'no-unused-components',
];

let gateway: TestGateway;
let source: string;
let document: Document;

beforeAll(async () => {
  gateway = await TestGateway.start();
  source = await (await fetch(`${gateway.gateway.url}/docs-json`)).text();
  document = JSON.parse(source) as Document;
});
afterAll(() => gateway.close());

const operations = (): (readonly [string, Operation])[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => [`${verb} ${path}`, operation] as const),
  );

describe('the document that the gateway serves', () => {
  it('is OpenAPI 3.1 in which every reference leads somewhere', async () => {
    const config = await createConfig({ rules: Object.fromEntries(RULES.map((rule) => [rule, 'error'])) });
    const problems = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
    const told = problems.map(
      ({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer ?? ''}: ${message}`,
    );
    expect(told).toEqual([]);
  });

  it('holds every route of the gateway, and no other but those of its operations and flows', () => {
    const served = gateway.gateway.routes
      .filter(({ path }) => !path.startsWith('/docs') && !path.includes('*'))
      .flatMap(({ path, methods }) =>
        methods
          .map((method) => method.toLowerCase())
          .filter((method) => (VERBS as readonly string[]).includes(method))
          .map((method) => `${method} ${path === '/' ? path : path.replace(/\/$/, '')}`),
      );
    const catalogued = ['echo', 'whisper'].map((name) => `post /operations/${name}`);
    const described = operations()
      .map(([route]) => route)
      .filter((route) => !catalogued.includes(route) && !/ \/(operations|workflows)\/[a-z_]+$/.test(route));
    expect(described.sort()).toEqual([...new Set(served)].sort());
  });

  it('says of each answer what it looks like', () => {
    const silent = operations().flatMap(([route, { responses }]) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([status, { content = {} }]) => {
          const shapes = Object.values(content);
          const known =
            shapes.length > 0 && shapes.every(({ schema }) => schema && Object.keys(schema).length > 0);
          return known ? [] : [`${route} ${status}`];
        }),
    );
    expect(silent).toEqual([]);
  });

  it('names each operation so that a generated client reads well', () => {
    for (const [route, { operationId, tags }] of operations()) {
      expect([route, operationId]).toEqual([route, expect.stringMatching(/^[a-z]\w+$/)]);
      expect(tags).toHaveLength(1);
    }
  });

  it('gives examples that are what it describes', () => {
    const check = new DocumentCheck(document);
    const part = (text: string): string => `/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const wrong: string[] = [];
    let examples = 0;
    const judge = (place: string, example: unknown): void => {
      examples++;
      for (const misfit of check.misfits(place, example)) wrong.push(`${place}: ${misfit}`);
    };
    for (const [path, item] of Object.entries(document.paths))
      for (const [verb, { requestBody, parameters = [] }] of Object.entries(item)) {
        const at = `/paths${part(path)}/${verb}`;
        for (const [type, { example }] of Object.entries(requestBody?.content ?? {}))
          if (example !== undefined) judge(`${at}/requestBody/content${part(type)}/schema`, example);
        parameters.forEach(({ example }, index) => {
          if (example !== undefined) judge(`${at}/parameters/${index}/schema`, example);
        });
      }
    for (const [name, { examples: told = [] }] of Object.entries(document.components.schemas))
      for (const example of told) judge(`/components/schemas/${name}`, example);
    for (const [name, { content }] of Object.entries(document.components.responses))
      for (const [type, { example }] of Object.entries(content))
        if (example !== undefined)
          judge(`/components/responses/${name}/content${part(type)}/schema`, example);
    expect(wrong).toEqual([]);
    expect(examples).toBeGreaterThan(10);
  });
});
