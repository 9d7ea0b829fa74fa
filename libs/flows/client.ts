import type { NatsConnection } from '@nats-io/transport-node';
import { isId } from '#libs/run-log';
import type { Actor, FlowRunId, RunFlags, RunLog, TraceContext } from '#libs/run-log';
import { TerminalError } from '#libs/operations';
import { START_HEADERS, START_VERB } from './orchestrator/start-endpoint.js';
import type { StartedRun } from './orchestrator/start-run.js';
import { UnknownRunError } from './steering/errors.js';
import { followResult, type ResultOptions, type RunResult } from './steering/follow-result.js';
import type { KeptState } from './steering/flow-states.js';
import { Asker, type Ask } from './steering/asker.js';
import type {
  ApprovalRef,
  ApprovalReply,
  ApprovalScope,
  By,
  RestartRequest,
  ResumeRequest,
  RunVerb,
  Steered,
} from './steering/requests.js';
import type { PendingApproval, RunView } from './steering/run-view.js';
import { viewRun } from './steering/view-run.js';
import type { UndoPlan } from './steering/undo/plan-undo.js';
import type { Undone } from './steering/undo/undo-run.js';

export interface StartOptions {
  readonly actor: Actor;
  readonly flags?: RunFlags;
  readonly tags?: readonly string[];
  readonly idempotencyKey?: string;
  readonly trace?: TraceContext;
}

/** What a change of a kept value is made against. */
export interface StateCondition {
  /** The revision that is to be there, `*` for any. Another one throws TerminalError with code `flow/state-conflict`. */
  readonly ifRevision?: string;
}

/**
 * Starts and steers flow runs from anywhere that reaches the broker. Every method throws RetryableError with code
 * `flow/no-orchestrator` when none answers, and TerminalError with code `flow/too-large` when what is said does not
 * fit in a message; those that name a run throw it with code `flow/unknown-run`, and those that ask something of it
 * with code `flow/run-ended`. What is said to a run that was continued by another goes to the last of the chain.
 */
export class FlowClient {
  private readonly asker: Asker;

  constructor(
    connection: NatsConnection,
    private readonly log: RunLog,
  ) {
    this.asker = new Asker(connection);
  }

  /**
   * Starts a flow; answered once the request is stored. Throws TerminalError with code `flow/unknown`,
   * `flow/invalid-input` (with fields) or `flow/idempotency-conflict`.
   */
  async start(flow: string, input: unknown, options: StartOptions): Promise<StartedRun> {
    if (!isId(flow)) throw unknownName(flow);
    const { actor, trace, idempotencyKey, tags = [], flags = {} } = options;
    const meta: Record<string, string> = {};
    if (tags.length > 0) meta[START_HEADERS.tags] = tags.join(',');
    if (idempotencyKey !== undefined) meta[START_HEADERS.idempotencyKey] = checkedKey(idempotencyKey);
    for (const flag of ['dryRun', 'testMode', 'verbose'] as const) {
      if (flags[flag] !== undefined) meta[START_HEADERS[flag]] = String(flags[flag]);
    }
    return this.asker.ask<StartedRun>({
      verb: START_VERB,
      of: flow,
      body: input ?? {},
      actor,
      meta,
      doing: 'the flow was not started',
      doubt: 'whether the flow was started is not known (with an idempotency key it is safe to ask again)',
      ...(trace ? { trace } : {}),
    });
  }

  /**
   * Sends a signal; it counts also where the flow does not wait for it yet. `payload` is any JSON. The same `id` again
   * is the same signal; without one every call is a signal of its own.
   */
  signal(
    runId: FlowRunId,
    name: string,
    payload: unknown,
    { id, ...by }: By & { readonly id?: string },
  ): Promise<Steered> {
    return this.steer('signal', runId, { name, payload, ...(id === undefined ? {} : { id }) }, by);
  }

  /**
   * Answers an approval, named by its name or step; the only open one where neither is given. Throws TerminalError
   * with code `flow/unknown-approval`, `flow/several-approvals`, `flow/already-answered` or `flow/not-an-approver`;
   * with `follow: false` RetryableError with code `flow/continuing` where the run goes on as another.
   */
  answerApproval(
    runId: FlowRunId,
    which: ApprovalRef,
    { actor, trace, ...answer }: By & ApprovalReply & ApprovalScope,
  ): Promise<Steered> {
    return this.steer('approve', runId, { ...which, ...answer }, { actor, ...(trace ? { trace } : {}) });
  }

  /**
   * Lets a run take nothing more until it is resumed; tasks that services work on are finished. Throws TerminalError
   * with code `flow/already-paused` (also where it is halted) or `flow/cancelling`.
   */
  pause(runId: FlowRunId, { reason, ...by }: By & { readonly reason?: string }): Promise<Steered> {
    return this.steer('pause', runId, reason === undefined ? {} : { reason }, by);
  }

  /**
   * Ends a pause or a halt. A run that halted because nobody knows whether a task took effect needs a resolution for
   * each such task (`describe` lists them). Throws TerminalError with code `flow/not-paused`, `flow/not-ambiguous` or
   * `flow/resolution-needed`.
   */
  resume(runId: FlowRunId, { resolutions, ...by }: By & ResumeRequest): Promise<Steered> {
    return this.steer('resume', runId, resolutions === undefined ? {} : { resolutions }, by);
  }

  /** Asks a run to end; it may clean up. Said again it is meant: the run ends at once, and the answer's `note` says so. */
  cancel(runId: FlowRunId, { reason, ...by }: By & { readonly reason?: string }): Promise<Steered> {
    return this.steer('cancel', runId, reason === undefined ? {} : { reason }, by);
  }

  /**
   * Starts a new run that begins with what an ended one has done; flags, tags and the person it works for are the old
   * run's. Throws TerminalError with code `flow/still-running`, `flow/unknown-step`,
   * `flow/unknown`, `flow/invalid-input` or `flow/idempotency-conflict`.
   */
  async restart(
    runId: FlowRunId,
    { actor, trace, idempotencyKey, ...request }: By & RestartRequest,
  ): Promise<StartedRun> {
    return this.ask('restart', runId, request, {
      actor,
      ...(trace ? { trace } : {}),
      ...(idempotencyKey === undefined
        ? {}
        : { meta: { [START_HEADERS.idempotencyKey]: checkedKey(idempotencyKey) } }),
    });
  }

  /** Tells what undoing a run would do. Throws TerminalError with code `flow/still-running` or `flow/cannot-undo`. */
  previewUndo(runId: FlowRunId, by: By): Promise<UndoPlan> {
    return this.ask('undo', runId, { preview: true }, by);
  }

  /**
   * Undoes what a run has done that has ended, last first, by a run of its own; asked for again, it is the same, or
   * tries what is left. Throws what previewUndo throws.
   */
  undo(runId: FlowRunId, by: By): Promise<Undone> {
    return this.ask('undo', runId, {}, by);
  }

  /**
   * Waits for the end of a run, and of those that go on with its work. A halt is no end; with `orHalted` it is
   * answered all the same. Rejects with the signal's reason when that is aborted.
   */
  async result(runId: FlowRunId, options: ResultOptions = {}): Promise<RunResult> {
    return followResult(this.log, checked(runId), options);
  }

  /** Tells how a run stands, step by step, by its history. Needs no orchestrator. */
  async describe(runId: FlowRunId): Promise<RunView> {
    const view = viewRun(await this.log.readRun(checked(runId)));
    if (!view) throw new UnknownRunError(runId);
    return view;
  }

  /** Lists what a run asks people. Needs no orchestrator. */
  async approvals(runId: FlowRunId): Promise<readonly PendingApproval[]> {
    return (await this.describe(runId)).approvals;
  }

  /** Reads a value that a flow keeps over its runs for the actor's user. Throws TerminalError with code `flow/unknown`. */
  getState(flow: string, name: string, by: By): Promise<KeptState> {
    return this.askState('get-state', flow, { name }, by);
  }

  /** Sets such a value to any JSON; a run that completes later may set it again. */
  setState(flow: string, name: string, value: unknown, by: By & StateCondition): Promise<KeptState> {
    const { ifRevision, ...asked } = by;
    const body = { name, value: value ?? null, ...(ifRevision === undefined ? {} : { ifRevision }) };
    return this.askState('set-state', flow, body, asked);
  }

  /** Forgets such a value, so that the next run begins with its initial one. */
  resetState(flow: string, name: string, by: By & StateCondition): Promise<KeptState> {
    const { ifRevision, ...asked } = by;
    const body = { name, ...(ifRevision === undefined ? {} : { ifRevision }) };
    return this.askState('reset-state', flow, body, asked);
  }

  /** Lists all values that a flow keeps for the actor's user. */
  async listStates(flow: string, by: By): Promise<readonly KeptState[]> {
    const { states } = await this.askState<{ states: KeptState[] }>('list-states', flow, {}, by);
    return states;
  }

  private steer(verb: RunVerb, runId: FlowRunId, body: object, by: By): Promise<Steered> {
    return this.ask(verb, runId, body, by);
  }

  private async ask<T>(
    verb: RunVerb,
    runId: FlowRunId,
    body: object,
    by: Pick<Ask, 'actor' | 'trace' | 'meta'>,
  ): Promise<T> {
    const doing = `run ${checked(runId)} was not reached`;
    return this.asker.ask<T>({
      ...by,
      verb,
      of: runId,
      body,
      doing,
      doubt: `whether run ${runId} was told (${verb}) is not known`,
    });
  }

  private async askState<T>(verb: Ask['verb'], flow: string, body: object, by: By): Promise<T> {
    if (!isId(flow)) throw unknownName(flow);
    const doubt = `whether the state of flow ${flow} was changed is not known (it is safe to ask again)`;
    return this.asker.ask<T>({
      ...by,
      verb,
      of: flow,
      body,
      doing: `the state of flow ${flow} was not reached`,
      doubt,
    });
  }
}

function checked(runId: FlowRunId): FlowRunId {
  if (!isId(runId)) throw new UnknownRunError(runId);
  return runId;
}

function checkedKey(key: string): string {
  if (key.trim() !== '') return key;
  throw new TerminalError('flow/invalid-input', `the idempotency key is empty: leave it out, or name one`, [
    { field: 'idempotencyKey', value: key, message: 'expected at least one character' },
  ]);
}

const unknownName = (flow: string): TerminalError =>
  new TerminalError('flow/unknown', `flow ${JSON.stringify(flow)} is not known`, [
    { field: 'flow', value: flow, message: 'expected the name of a flow' },
  ]);
