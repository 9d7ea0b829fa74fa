import { createHash } from 'node:crypto';
import { BodyTooLargeError, flowRunId, RunExistsError } from '#libs/run-log';
import type { Actor, FlowRunId, RunFlags, RunLog, StartRequested, TraceContext } from '#libs/run-log';
import { agreeOnFlags, checkDto, fieldsOf, sentenceOf, TerminalError } from '#libs/operations';
import { canonicalJson } from '../core/index.js';
import { TooLargeError } from '../steering/errors.js';
import type { FlowContract } from '../contract.js';
import { newRunId } from './new-run-id.js';
import type { FlowRegistry } from './registry.js';

export interface StartFlow {
  /** The flow's name or an alias. */
  readonly flow: string;
  /** Plain JSON. */
  readonly input: unknown;
  readonly actor: Actor;
  readonly flags?: RunFlags;
  readonly tags?: readonly string[];
  /** The same key of the same person for the same flow is the same run. */
  readonly idempotencyKey?: string;
  readonly trace?: TraceContext;
  /** The id, where it follows from what starts the run: then the same id again is the same run. */
  readonly runId?: FlowRunId;
  /** Begins the run though its flow may not be known here; it is parked then, and its input is checked later. */
  readonly evenUnknown?: boolean;
  /** How the run hangs together with others. */
  readonly lineage?: Pick<
    StartRequested,
    'parent' | 'root' | 'continues' | 'fork' | 'deploymentId' | 'triggeredBy'
  >;
}

export interface StartedRun {
  readonly runId: FlowRunId;
  /** The flow's own name, where an alias was asked for. */
  readonly flow: string;
  /** True when the key had started the run before. */
  readonly existing: boolean;
}

/** The same key was used before for something else. */
export class IdempotencyConflictError extends TerminalError {
  constructor(
    readonly runId: FlowRunId,
    readonly key: string,
    readonly otherwise:
      'with another input' | 'with other flags' | 'from another run or step' = 'with another input',
  ) {
    super(
      'flow/idempotency-conflict',
      `the idempotency key ${JSON.stringify(key)} started run ${runId} ${otherwise}`,
      [{ field: 'idempotencyKey', value: key, message: 'expected a new key for a new input' }],
    );
  }
}

const KEY_LENGTH = 256;

/**
 * Starts a run: checks the input and appends the request with expectation 0, so that one key starts one run however
 * often and wherever it is said. Throws UnknownFlowError, a TerminalError with the fields that were refused,
 * IdempotencyConflictError, or TooLargeError before anything is stored.
 */
export async function startRun(log: RunLog, registry: FlowRegistry, request: StartFlow): Promise<StartedRun> {
  // What goes on as another run was checked by the version that it began with: refused here, the chain would be lost.
  const unchecked =
    request.lineage?.continues !== undefined ||
    (request.evenUnknown === true && !registry.knows(request.flow));
  const { flow, taken, flags } = unchecked
    ? { flow: request.flow, taken: request.input, flags: request.flags ?? {} }
    : await checkedRequest(registry, request);
  const { idempotencyKey } = request;
  if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > KEY_LENGTH)) {
    throw new TerminalError(
      'flow/invalid-input',
      `the idempotency key has ${idempotencyKey.length} characters, expected 1 to ${KEY_LENGTH}`,
      [{ field: 'idempotencyKey', message: `expected 1 to ${KEY_LENGTH} characters` }],
    );
  }

  const input = JSON.parse(canonicalJson(taken)) as Record<string, unknown>;
  const inputHash = sha256(canonicalJson(input));
  const runId =
    request.runId ??
    flowRunId(
      idempotencyKey === undefined
        ? newRunId()
        : sha256([flow, request.actor.userId, idempotencyKey].join('\0')).slice(0, 32),
    );
  const start: StartRequested = {
    type: 'StartRequested',
    flow,
    input,
    inputHash,
    actor: request.actor,
    flags,
    tags: request.tags ?? [],
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(unchecked ? { unchecked } : {}),
    ...request.lineage,
  };
  try {
    await log.start(runId, start, request.trace);
    return { runId, flow, existing: false };
  } catch (error) {
    if (error instanceof BodyTooLargeError)
      throw new TooLargeError(`the start of flow ${flow}`, error.bytes, error.limit);
    if (!(error instanceof RunExistsError)) throw error;
    if (idempotencyKey === undefined && request.runId === undefined) throw error;
    if (idempotencyKey !== undefined) {
      const { events, unreadable } = await log.readRun(runId);
      const first = events.map(({ event }) => event).find((event) => event.type === 'StartRequested');
      if (!first && unreadable) throw unreadable;
      if (first) assertSame(first, start, runId, idempotencyKey);
    }
    return { runId, flow, existing: true };
  }
}

const checkedRequest = (registry: FlowRegistry, request: StartFlow) =>
  checkedBy(registry.get(request.flow).contract, request);

/** Gives a start as it would have been, had whoever began the run known its flow. Throws a TerminalError. */
export async function checkedStart(contract: FlowContract, start: StartRequested): Promise<StartRequested> {
  const { taken, flags } = await checkedBy(contract, start);
  return { ...start, input: JSON.parse(canonicalJson(taken)) as Record<string, unknown>, flags };
}

/** Checks what a run of a flow is to begin with, as its start does. Throws a TerminalError with the fields that were refused. */
export async function checkedBy(
  contract: FlowContract,
  request: Pick<StartFlow, 'input' | 'actor' | 'flags'>,
) {
  const said = withUser(request.input ?? {}, contract.input, request.actor.userId);
  const { input, flags } = agreeOnFlags(contract.input, said, request.flags ?? {});
  const checked = await checkDto(contract.input, input);
  if (checked.ok) return { flow: contract.name, taken: checked.value, flags };
  throw new TerminalError(
    'flow/invalid-input',
    sentenceOf(`the input of flow ${contract.name}`, checked.fields),
    checked.fields,
  );
}

function assertSame(first: StartRequested, again: StartRequested, runId: FlowRunId, key: string): void {
  if (first.inputHash !== again.inputHash) throw new IdempotencyConflictError(runId, key);
  if (first.fork?.from !== again.fork?.from || first.fork?.step !== again.fork?.step)
    throw new IdempotencyConflictError(runId, key, 'from another run or step');
  if (canonicalJson(first.flags) !== canonicalJson(again.flags))
    throw new IdempotencyConflictError(runId, key, 'with other flags');
}

/** Who asks is settled before; what the input says of it does not count. */
function withUser(input: unknown, dto: new () => object, userId: string): unknown {
  const isPlain = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isPlain && ('userId' in input || fieldsOf(dto).has('userId')) ? { ...input, userId } : input;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
