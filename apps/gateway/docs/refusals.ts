import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM } from './problem-shape.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = Operation['responses'];

interface Refusal {
  readonly status: number;
  readonly description: string;
  /** What such an answer may say. */
  readonly code: string;
  readonly detail: string;
  readonly disposition?: 'retry' | 'halt';
}

/** Why a request may be refused, beside what single routes have to say. */
const REFUSALS = {
  BadRequest: {
    status: 400,
    description: 'The query, a header, the path or the JSON cannot be taken as it stands',
    code: 'gateway/bad-query',
    detail: 'the query cannot be taken: limit: must not be greater than 500',
  },
  Unauthenticated: {
    status: 401,
    description: 'It is not known who asks',
    code: 'gateway/no-credentials',
    detail: 'the request does not say who asks: send `Authorization: Bearer` with a key or a token',
  },
  Forbidden: {
    status: 403,
    description: 'Whoever asks may not do this',
    code: 'gateway/forbidden',
    detail: 'ann may not do this: POST /jobs asks for the permission jobs:write',
  },
  NotFound: {
    status: 404,
    description: 'There is no such thing, or none that may be seen',
    code: 'gateway/unknown-run',
    detail: 'there is no flow run "01JD2Z"',
  },
  Conflict: {
    status: 409,
    description: 'It cannot be done as things stand',
    code: 'flow/run-ended',
    detail: 'flow run 01JD2Z has ended',
  },
  Stale: {
    status: 412,
    description: 'It has changed since it was read, or is not there: `If-Match` does not hold',
    code: 'gateway/precondition-failed',
    detail: 'expected version 3; the newest version is 4: read it and make the change again',
  },
  TooLarge: {
    status: 413,
    description: 'The body is too large',
    code: 'gateway/body-too-large',
    detail: 'the body is larger than 5 MB, which is the most taken',
  },
  UnsupportedMediaType: {
    status: 415,
    description: 'The body is no JSON',
    code: 'gateway/unsupported-media-type',
    detail: 'a body of the type text/plain is not taken; send application/json in the encoding UTF-8',
  },
  Unprocessable: {
    status: 422,
    description: 'The body can be read, and not be taken; `errors` names the fields',
    code: 'gateway/invalid-body',
    detail: 'the body cannot be taken: reason: must be a string',
  },
  TooManyRequests: {
    status: 429,
    description: 'Too many requests; Retry-After tells when to come again',
    code: 'gateway/rate-limited',
    detail: 'too many requests with this key or token: 6000 a minute are taken',
    disposition: 'retry',
  },
  Unavailable: {
    status: 503,
    description: 'What is needed for the answer is away or full; Retry-After tells when to come again',
    code: 'gateway/broker-gone',
    detail: 'the broker cannot be reached; the gateway keeps trying to connect again',
    disposition: 'retry',
  },
  NoAnswer: {
    status: 504,
    description: 'What was asked for has not been answered in time; it may have been done',
    code: 'operation/no-answer',
    detail: 'list_jobs of scraper has not answered within 30 s',
    disposition: 'retry',
  },
} as const satisfies Readonly<Record<string, Refusal>>;

type RefusalName = keyof typeof REFUSALS;

const WITH_BODY: readonly RefusalName[] = ['TooLarge', 'UnsupportedMediaType', 'Unprocessable'];
const OF_THE_KNOWN: readonly RefusalName[] = ['Unauthenticated', 'Forbidden', 'TooManyRequests'];
const OF_THE_SIGNED: readonly RefusalName[] = ['Unauthenticated', 'TooManyRequests'];

/** Marks a route that asks nobody for a key, for the request itself is signed. */
export const SIGNED = 'x-signed';

/** What every refusal looks like, for `components.responses`. */
export const refusalResponses = (): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(REFUSALS).map(([name, refusal]) => [name, responseOf(refusal)])),
  Refused: { description: 'Refused: the problem says why', content: problem() },
});

/** Names the permission that a route asks for; undefined where anybody may ask. */
export const permissionOf = (operation: Operation): unknown => Reflect.get(operation, 'x-permission');

const takes = ({ parameters = [] }: Operation, header: string): boolean =>
  parameters.some((parameter) => 'in' in parameter && parameter.in === 'header' && parameter.name === header);

/** Adds to what a route answers how it may refuse. */
export function withRefusals(path: string, verb: string, operation: Operation): Operation {
  const isSigned = Reflect.get(operation, SIGNED) === true;
  const isOpen = permissionOf(operation) === undefined && !isSigned;
  const names: RefusalName[] = [
    'BadRequest',
    ...(isSigned ? OF_THE_SIGNED : isOpen ? [] : OF_THE_KNOWN),
    ...(path.includes('{') ? (['NotFound'] as const) : []),
    ...(verb === 'get' ? [] : (['Conflict'] as const)),
    ...(takes(operation, 'If-Match') ? (['Stale'] as const) : []),
    ...(operation.requestBody === undefined ? [] : WITH_BODY),
    ...(isOpen ? [] : (['Unavailable', 'NoAnswer'] as const)),
  ];
  const refused: Responses = Object.fromEntries(
    names.map((name) => [REFUSALS[name].status, { $ref: `#/components/responses/${name}` }]),
  );
  return {
    ...operation,
    responses: { ...refused, ...operation.responses, default: { $ref: '#/components/responses/Refused' } },
  };
}

function responseOf({ status, description, code, detail, disposition }: Refusal): unknown {
  const example = {
    type: `urn:jobhunter:error:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: '/jobs',
    code,
    disposition: disposition ?? 'terminal',
  };
  return {
    description,
    ...(disposition === 'retry' ? { headers: RETRY_AFTER } : {}),
    content: problem(example),
  };
}

const RETRY_AFTER = { 'Retry-After': { description: 'In seconds', schema: { type: 'integer', minimum: 1 } } };

const problem = (example?: unknown): unknown => ({
  'application/problem+json': { schema: PROBLEM, ...(example === undefined ? {} : { example }) },
});
