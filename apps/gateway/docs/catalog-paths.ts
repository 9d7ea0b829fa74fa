import type { OpenAPIObject } from '@nestjs/swagger';
import type { FlowDescription, OperationDescription } from '#libs/operations';
import { operationAnswer } from '../operations/operation.shapes.js';
import { asSent } from './output-shape.js';

type Paths = OpenAPIObject['paths'];
type Verb = NonNullable<Paths[string]['post']>;

const json = (schema: unknown): Record<string, unknown> => ({ 'application/json': { schema } });

/** Describes each operation and flow that services have registered as a path of its own, typed by its contract. */
export function catalogPaths(
  base: Paths,
  operations: readonly OperationDescription[],
  flows: readonly FlowDescription[],
): Paths {
  const paths: Paths = {};
  const run = base['/operations/{name}']?.post;
  const start = base['/workflows/{flow}']?.post;
  if (run)
    for (const entry of operations) paths[`/operations/${entry.name}`] = { post: operationPath(entry, run) };
  if (start) for (const entry of flows) paths[`/workflows/${entry.name}`] = { post: flowPath(entry, start) };
  return paths;
}

/** What a route takes beside its path. */
const parametersOf = ({ parameters = [] }: Verb): NonNullable<Verb['parameters']> =>
  parameters.filter((parameter) => 'in' in parameter && parameter.in !== 'path');

function operationPath(entry: OperationDescription, route: Verb): Verb {
  return {
    ...route,
    operationId: `run_${entry.name}`,
    summary: entry.description,
    tags: [`operations of ${entry.service}`],
    parameters: parametersOf(route),
    requestBody: { required: true, content: json(entry.inputSchema) } as NonNullable<Verb['requestBody']>,
    responses: {
      '200': {
        description: 'What it gave; `success: false` in its output is status `failed`',
        content: json(operationAnswer(entry.name, asSent(entry.outputSchema))),
      } as Verb['responses'][string],
    },
  };
}

const flowPath = (entry: FlowDescription, route: Verb): Verb => ({
  ...route,
  operationId: `start_${entry.name}`,
  summary: entry.description,
  tags: ['flows'],
  parameters: parametersOf(route),
  requestBody: { required: true, content: json(entry.inputSchema) } as NonNullable<Verb['requestBody']>,
});
