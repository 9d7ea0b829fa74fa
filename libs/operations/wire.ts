import { randomUUID } from 'node:crypto';
import { flowRunId, isId, millis, taskRunId } from '#libs/run-log';
import type {
  Actor,
  Execution,
  FieldError,
  FlowRunId,
  Outcome,
  RunFlags,
  StreamSeq,
  TaskRunId,
} from '#libs/run-log';
import { ANONYMOUS } from './actor.js';
import type { OperationContract } from './contract.js';
import { TerminalError } from './errors.js';
import { areGrants } from './grants.js';
import { sentenceOf } from './validation.js';

/** Subject of an operation's requests. */
export const subjectOf = (contract: { readonly service: string; readonly name: string }): string =>
  `operation.${contract.service}.${contract.name}`;

/**
 * What a request says. Only `input` is needed, so that a plain NATS client can call an operation; what is missing
 * gets a default.
 */
export interface CallRequest {
  readonly input: unknown;
  readonly taskRunId?: string;
  readonly actor?: Partial<Actor>;
  readonly flags?: RunFlags;
  readonly tags?: readonly string[];
  /** How long the caller waits; the call's deadline, told as a duration so that clocks need not agree. */
  readonly timeoutMs?: number;
  readonly contractVersion?: number;
  readonly idempotencyKey?: string;
  readonly flowRunId?: string;
  readonly parentTaskRunId?: string;
  /** The execution whose input this one is given again. */
  readonly replayOf?: string;
}

/** What comes back: the outcome itself, or where it lies in CALLS when it is too large for a reply. */
export type CallReply =
  | { readonly taskRunId: TaskRunId; readonly outcome: Outcome }
  | { readonly taskRunId: TaskRunId; readonly storedAt: StreamSeq };

/** A request that this process can serve. */
export interface ReceivedCall {
  readonly execution: Execution;
  readonly flowRunId: FlowRunId | null;
  readonly parentTaskRunId: TaskRunId | null;
}

const CHANNELS: readonly string[] = [
  'api',
  'cli',
  'ui',
  'nats',
  'flow',
  'schedule',
] satisfies Actor['channel'][];
const LONGEST_TAG = 200;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The request's bytes are no text, or the text is no JSON. */
export class MalformedRequestError extends TerminalError {
  constructor(why: string, fields?: readonly FieldError[]) {
    super('operation/malformed-request', why, fields);
  }
}

/** Reads a request. Throws MalformedRequestError that says what is wrong with it. */
export function readRequest(contract: OperationContract, data: Uint8Array): ReceivedCall {
  let said: unknown;
  try {
    said = JSON.parse(utf8.decode(data));
  } catch (error) {
    const isText = error instanceof SyntaxError;
    throw new MalformedRequestError(
      isText ? `the request is not JSON: ${error.message}` : 'the request is not valid UTF-8',
    );
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    throw new MalformedRequestError('the request is no object; expected {"input": {…}}');
  const request = said as Readonly<Record<string, unknown>>;
  const fields = wrongFields(request);
  if (fields.length > 0) throw new MalformedRequestError(sentenceOf('the request', fields), fields);
  return received(contract, request as unknown as CallRequest);
}

/** Completes a request to the execution that it asks for. */
export function received(contract: OperationContract, request: CallRequest): ReceivedCall {
  const id = taskRunId(request.taskRunId ?? randomUUID());
  return {
    execution: {
      taskRunId: id,
      service: contract.service,
      operation: contract.name,
      contractVersion: request.contractVersion ?? contract.version,
      input: request.input ?? {},
      actor: {
        userId: request.actor?.userId ?? ANONYMOUS,
        channel: request.actor?.channel ?? 'nats',
        ...(request.actor?.grants ? { grants: request.actor.grants } : {}),
        ...(request.actor?.by ? { by: request.actor.by } : {}),
        ...(request.actor?.key ? { key: request.actor.key } : {}),
      },
      flags: request.flags ?? {},
      tags: request.tags ?? [],
      idempotencyKey: request.idempotencyKey ?? id,
      createTaskrun: contract.createTaskrun,
      timeoutMs: millis(Math.min(request.timeoutMs ?? contract.timeoutMs, contract.timeoutMs)),
      ...(request.replayOf === undefined ? {} : { replayOf: taskRunId(request.replayOf) }),
    },
    flowRunId: request.flowRunId === undefined ? null : flowRunId(request.flowRunId),
    parentTaskRunId: request.parentTaskRunId === undefined ? null : taskRunId(request.parentTaskRunId),
  };
}

type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
const ID: Rule = ['an id of letters, digits, - and _', (value) => isText(value) && isId(value)];

const RULES: Readonly<Record<string, Rule>> = {
  input: ['an object', () => true], // checked against the contract, where the refusal is recorded
  taskRunId: ID,
  flowRunId: ID,
  parentTaskRunId: ID,
  replayOf: ID,
  idempotencyKey: ['a text of at most 200 characters', (value) => isText(value) && value.length <= 200],
  timeoutMs: ['milliseconds above 0', (value) => typeof value === 'number' && value > 0],
  contractVersion: ['a whole number', (value) => Number.isInteger(value)],
  tags: [
    'a list of texts',
    (value) => Array.isArray(value) && value.every((tag) => isText(tag) && tag.length <= LONGEST_TAG),
  ],
  flags: [
    'dryRun, testMode and verbose as true or false',
    (value) =>
      isRecord(value) &&
      Object.entries(value).every(
        ([flag, set]) => ['dryRun', 'testMode', 'verbose'].includes(flag) && typeof set === 'boolean',
      ),
  ],
  actor: [
    `a userId, a channel out of ${CHANNELS.join(', ')}, and grants as a list of permissions`,
    (value) =>
      isRecord(value) &&
      (value['userId'] === undefined || isText(value['userId'])) &&
      (value['by'] === undefined || isText(value['by'])) &&
      (value['key'] === undefined || isText(value['key'])) &&
      (value['grants'] === undefined || areGrants(value['grants'])) &&
      (value['channel'] === undefined || CHANNELS.some((channel) => channel === value['channel'])),
  ],
};

function wrongFields(request: Readonly<Record<string, unknown>>): FieldError[] {
  return Object.entries(request).flatMap(([field, value]) => {
    const rule = RULES[field];
    if (!rule) return [{ field, message: `unknown field; expected one of ${Object.keys(RULES).join(', ')}` }];
    return value === undefined || rule[1](value) ? [] : [{ field, message: `expected ${rule[0]}` }];
  });
}
