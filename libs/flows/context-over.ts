import type { DtoClass, OperationContract } from '#libs/operations';
import type { ApprovalOptions, ChildOptions, FlowContext, FlowState, TaskCallOptions } from './context.js';
import type { ChildFlow } from './contract.js';
import { mayFailUnseen, type CoreContext } from './core/index.js';
import { mapConcurrently } from './map-concurrently.js';
import { checkedNextInput } from './next-input.js';
import { taskCallOf } from './task-call.js';
import type { TaskDefinition } from './task.js';

/** Gives a flow's code the engine in the words of its author. */
export function flowContext(core: CoreContext, dto: DtoClass): FlowContext {
  const child = (flow: ChildFlow, input: object, options: ChildOptions, detached: boolean) =>
    core.child({
      flow: flow.contract.name,
      input,
      tags: options.tags ?? [],
      detached,
      ...(options.key === undefined ? {} : { key: options.key }),
    });
  return {
    runId: core.runId,
    flowName: core.flow,
    version: core.version,
    actor: core.actor as FlowContext['actor'],
    flags: core.flags,
    attempt: core.attempt,
    task: <O>(
      what: TaskDefinition | OperationContract,
      input: object,
      options: TaskCallOptions = {},
    ): Promise<O> => core.task(taskCallOf(what, input, options, core)) as Promise<O>,
    map: (items, fn, options) => mapConcurrently(items, fn, options?.concurrency),
    flow: <R>(flow: unknown, input: object, options: ChildOptions = {}) =>
      child(flow as ChildFlow, input, options, false) as Promise<R>,
    startFlow: (flow: unknown, input: object, options: ChildOptions = {}) =>
      unseen(async () => ({ runId: (await child(flow as ChildFlow, input, options, true)) as string })),
    race: (branches) => core.race(branches.map((branch) => (own) => branch(flowContext(own, dto)))),
    sleep: (seconds) => core.sleep(seconds),
    signal: <T>(name: string, options?: { readonly timeoutSeconds?: number }) =>
      core.signal(name, options?.timeoutSeconds) as Promise<T>,
    approval: (name: string, payload: unknown = null, options: ApprovalOptions = {}) =>
      unseen(async () => {
        const { at, ...answer } = await core.approval({ name, payload, ...options });
        return { ...answer, at: new Date(at) };
      }),
    artifact: (artifact) => core.artifact(artifact),
    state: <T>(name: string, initial: T): Promise<FlowState<T>> =>
      unseen(async () => {
        const { found, value } = await core.value('state', name);
        return new State(found ? (value as T) : initial, (next) => core.keep(name, next));
      }),
    storedResult: <T>(name: string) =>
      unseen(async () => {
        const { found, value } = await core.value('result', name);
        return found ? (value as T) : undefined;
      }),
    continueAsNew: (input) => unseen(async () => core.continueAsNew(checkedNextInput(dto, input))),
    get shielded() {
      return flowContext(core.shielded(), dto);
    },
    now: () => new Date(core.now()),
    random: () => core.random(),
    uuid: () => core.uuid(),
    log: {
      debug: (message, fields) => core.log('debug', message, fields),
      info: (message, fields) => core.log('info', message, fields),
      warn: (message, fields) => core.log('warn', message, fields),
      error: (message, fields) => core.log('error', message, fields),
    },
  };
}

const unseen = <T>(ask: () => Promise<T>): Promise<T> => mayFailUnseen(ask());

class State<T> implements FlowState<T> {
  constructor(
    private current: T,
    private readonly keep: (value: T) => void,
  ) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    this.keep(value);
    this.current = value;
  }
}
