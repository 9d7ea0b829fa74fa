import type { OpenAPIObject } from '@nestjs/swagger';
import type { FlowDescription, JsonSchema, OperationDescription } from '#libs/operations';

type Paths = OpenAPIObject['paths'];
type Verb = NonNullable<Paths[string]['post']>;
type Schema = Record<string, unknown>;

const schemaOf = (schema: JsonSchema): Schema => schema;
const json = (schema: Schema): { 'application/json': { schema: Schema } } => ({
  'application/json': { schema },
});
const text = (values?: readonly string[]): Schema => ({
  type: 'string',
  ...(values ? { enum: values } : {}),
});

/** Every refused request looks like this. */
const PROBLEM: Schema = {
  type: 'object',
  description: 'RFC 9457. Programs go by `code`.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'disposition'],
  properties: {
    type: text(),
    title: text(),
    status: { type: 'integer' },
    detail: text(),
    instance: text(),
    code: text(),
    disposition: text(['retry', 'terminal', 'halt']),
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: text(), value: {}, message: text() },
      },
    },
    itemErrors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['item', 'message'],
        properties: { item: text(), message: text(), code: text() },
      },
    },
    traceId: text(),
    taskRunId: text(),
    retryAfterMs: { type: 'number' },
  },
};

const REFUSED = {
  description: 'Refused: the problem says why',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/**
 * Completes the document of the gateway's own routes by a typed path for each operation and flow that services have
 * registered by now.
 */
export function apiDocument(
  base: OpenAPIObject,
  operations: readonly OperationDescription[],
  flows: readonly FlowDescription[],
): OpenAPIObject {
  const paths: Paths = Object.fromEntries(
    Object.entries(base.paths).map(([path, item]) => [path, withRefusals(item)]),
  );
  const runOptions = parametersOf(base, '/operations/{name}');
  const startOptions = parametersOf(base, '/workflows/{flow}');
  for (const entry of operations)
    paths[`/operations/${entry.name}`] = { post: operationPath(entry, runOptions) };
  for (const entry of flows) paths[`/workflows/${entry.name}`] = { post: flowPath(entry, startOptions) };
  return {
    ...base,
    paths,
    components: {
      ...base.components,
      schemas: { ...base.components?.schemas, Problem: PROBLEM },
    },
  };
}

function withRefusals(item: Paths[string]): Paths[string] {
  return Object.fromEntries(
    Object.entries(item).map(([verb, described]: [string, Verb]) => [
      verb,
      { ...described, responses: { ...described.responses, default: REFUSED } },
    ]),
  );
}

/** What a route takes beside its path. */
function parametersOf(base: OpenAPIObject, path: string): NonNullable<Verb['parameters']> {
  return (base.paths[path]?.post?.parameters ?? []).filter(
    (parameter) => 'in' in parameter && parameter.in !== 'path',
  );
}

function operationPath(entry: OperationDescription, parameters: NonNullable<Verb['parameters']>): Verb {
  return {
    operationId: `run_${entry.name}`,
    summary: entry.description,
    tags: [`operations of ${entry.service}`],
    parameters,
    requestBody: { required: true, content: json(schemaOf(entry.inputSchema)) },
    responses: {
      '200': {
        description: 'What the operation gave; `success: false` in its output is status `failed`',
        content: json({
          type: 'object',
          required: [
            'operation',
            'taskRunId',
            'status',
            'result',
            'resultRefs',
            'itemErrors',
            'error',
            'links',
          ],
          properties: {
            operation: text([entry.name]),
            taskRunId: text(),
            status: text(['success', 'failed']),
            result: schemaOf(entry.outputSchema),
            resultRefs: { type: 'array', items: { type: 'object' } },
            itemErrors: { type: 'array', items: { type: 'object' } },
            logEntries: { type: 'array', items: { type: 'object' } },
            error: { type: ['object', 'null'] },
            links: { type: 'object', additionalProperties: text() },
          },
        }),
      },
      default: REFUSED,
    },
  };
}

function flowPath(entry: FlowDescription, parameters: NonNullable<Verb['parameters']>): Verb {
  const started = json({
    type: 'object',
    required: ['runId', 'flow', 'status', 'existing', 'run', 'links'],
    properties: {
      runId: text(),
      flow: text([entry.name]),
      status: text(),
      existing: { type: 'boolean' },
      run: { type: ['object', 'null'] },
      links: { type: 'object', additionalProperties: text() },
    },
  });
  return {
    operationId: `start_${entry.name}`,
    summary: entry.description,
    tags: ['flows'],
    parameters,
    requestBody: { required: true, content: json(schemaOf(entry.inputSchema)) },
    responses: {
      '200': { description: 'The run has ended within the time to wait', content: started },
      '202': { description: 'The run is accepted; Location names it', content: started },
      default: REFUSED,
    },
  };
}
