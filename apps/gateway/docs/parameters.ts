import type { OpenAPIObject } from '@nestjs/swagger';
import { PARAMETER_WORDS } from './parameter-words.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Ids of runs, records and documents. */
const ID = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,128}$' } as const;
const ID_PARAMETERS: readonly string[] = ['id', 'sha256'];
/** The router's own limit for a part of a path. */
const NAME = { type: 'string', minLength: 1, maxLength: 256 } as const;

/** Says what each parameter means, and of the parts of a path, which are texts to the framework, what they may be. */
export function describeParameters(operation: Operation): Operation {
  const parameters = (operation.parameters ?? []).map((parameter) => {
    if (!('in' in parameter)) return parameter;
    if (parameter.in !== 'path') return withWords(parameter);
    const { schema } = parameter;
    if (schema && ('pattern' in schema || 'enum' in schema)) return parameter;
    const isId = ID_PARAMETERS.includes(parameter.name);
    return { ...parameter, schema: isId ? ID : NAME };
  });
  return { ...operation, ...(operation.parameters ? { parameters } : {}) };
}

function withWords<P extends { readonly name: string; readonly description?: string }>(parameter: P): P {
  const description = parameter.description ?? PARAMETER_WORDS.get(parameter.name);
  return description === undefined ? parameter : { ...parameter, description };
}
