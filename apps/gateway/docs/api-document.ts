import type { OpenAPIObject } from '@nestjs/swagger';
import type { FlowDescription, OperationDescription } from '#libs/operations';
import { catalogPaths } from './catalog-paths.js';
import { withExamples } from './examples.js';
import { gatherNamed } from './named-shapes.js';
import { describeParameters } from './parameters.js';
import { permissionOf, refusalResponses, withRefusals } from './refusals.js';

type Paths = OpenAPIObject['paths'];
type Verb = NonNullable<Paths[string]['get']>;

export const VERBS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** How a request may say who asks; a route that anybody may ask takes none of them. */
const SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key, such as `jobhunter keys create` makes, or a JSON Web Token',
  },
} as const;

/**
 * Completes the document of the gateway's own routes: how each may refuse, what stands there under a name, examples,
 * and a typed path for each operation and flow that services have registered by now.
 */
export function apiDocument(
  base: OpenAPIObject,
  operations: readonly OperationDescription[],
  flows: readonly FlowDescription[],
): OpenAPIObject {
  const all = { ...base.paths, ...catalogPaths(base.paths, operations, flows) };
  const paths = eachVerb(all, (path, verb, operation) =>
    withSecurity(withRefusals(path, verb, describeParameters(operation))),
  );
  const { value, shapes } = gatherNamed({ paths: uniqueIds(paths), responses: refusalResponses() });
  return withExamples({
    ...base,
    paths: value.paths,
    tags: tagsOf(value.paths),
    components: {
      ...base.components,
      securitySchemes: { ...base.components?.securitySchemes, ...SCHEMES },
      schemas: { ...base.components?.schemas, ...(shapes as object) },
      responses: value.responses as never,
    },
  });
}

function eachVerb(paths: Paths, change: (path: string, verb: string, operation: Verb) => Verb): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([verb, operation]: [string, Verb]) => [
          verb,
          change(path, verb, operation),
        ]),
      ),
    ]),
  );
}

/** Routes that name no permission are open to anybody. */
const withSecurity = (operation: Verb): Verb => ({
  ...operation,
  security: permissionOf(operation) === undefined ? [] : [{ bearer: [] }],
});

/** One handler may serve several paths; generated clients need a name for each. */
function uniqueIds(paths: Paths): Paths {
  const taken = new Set<string>();
  return eachVerb(paths, (path, _verb, operation) => {
    // The framework counts the paths of one handler: `[0]`.
    const operationId = (operation.operationId ?? '').replace(/\[\d+\]$/, '');
    const id = taken.has(operationId) ? `${operationId}_${path.split('/').at(-1)}` : operationId;
    taken.add(id);
    return { ...operation, operationId: id };
  });
}

function tagsOf(paths: Paths): NonNullable<OpenAPIObject['tags']> {
  const names = new Set(
    Object.values(paths).flatMap((item) => VERBS.flatMap((verb) => item[verb]?.tags ?? [])),
  );
  return [...names].sort().map((name) => ({ name }));
}
