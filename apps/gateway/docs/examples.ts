import type { OpenAPIObject } from '@nestjs/swagger';
import { BODY_EXAMPLES } from './body-examples.js';
import { SHAPE_EXAMPLES } from './shape-examples.js';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['post']>;

/** Puts examples where people and programs look for them: at what stands under a name, and at what is sent. */
export function withExamples(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  return {
    ...document,
    paths: Object.fromEntries(
      Object.entries(document.paths).map(([path, item]) => [
        path,
        Object.fromEntries(
          Object.entries(item).map(([verb, operation]: [string, Operation]) => [verb, withBody(operation)]),
        ),
      ]),
    ),
    components: {
      ...document.components,
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => {
          const example = SHAPE_EXAMPLES[name];
          return [name, example === undefined ? schema : { ...schema, examples: [example] }];
        }),
      ),
    },
  };
}

function withBody(operation: Operation): Operation {
  const example = BODY_EXAMPLES[operation.operationId ?? ''];
  const { requestBody } = operation;
  if (example === undefined || !requestBody || !('content' in requestBody)) return operation;
  const content = Object.fromEntries(
    Object.entries(requestBody.content).map(([type, media]) => [type, { ...media, example }]),
  );
  return { ...operation, requestBody: { ...requestBody, content } };
}
