import { plainToInstance } from 'class-transformer';
import type { OperationContract } from '#libs/operations';
import { defineFlow, type FlowContract, type FlowOptions } from './contract.js';
import type { FlowContext, TaskCallOptions } from './context.js';
import type { CoreContext, FlowProgram } from './core/index.js';
import { mapConcurrently } from './map-concurrently.js';
import { asTask, specOf, type TaskDefinition } from './task.js';

/** A flow: its contract and its code. */
export interface FlowDefinition<I extends object = object, R = unknown> {
  readonly contract: FlowContract<I>;
  run(input: I, ctx: FlowContext): Promise<R>;
}

/** Defines a durable flow. The function may only await what `ctx` gives it; lint forbids clocks, chance and I/O in flow files. */
export function flow<I extends object, R>(
  options: FlowOptions<I> | FlowContract<I>,
  run: (input: I, ctx: FlowContext) => Promise<R>,
): FlowDefinition<I, R> {
  return Object.freeze({ contract: defineFlow(options), run });
}

/** The name that a task has when it is run by itself. */
export const soloFlowName = (taskName: string): string => `task_${taskName}`;

/** Makes a task startable by itself: a flow of one step, as durable as any other. */
export function soloFlow<I extends object, O extends object>(
  definition: TaskDefinition<I, O>,
): FlowDefinition<object, O> {
  const { options, contract, input } = definition;
  return flow(
    {
      name: soloFlowName(options.name),
      aliases: [],
      description: options.description ?? contract.description,
      input,
      tags: options.tags ?? [],
    },
    (taskInput, ctx) => ctx.task(definition as TaskDefinition<object, O>, taskInput),
  );
}

/** What the engine runs. */
export function programOf(definition: FlowDefinition): FlowProgram {
  const { contract } = definition;
  return {
    name: contract.name,
    version: contract.version,
    tags: contract.tags,
    retries: contract.retries,
    retryDelaySeconds: contract.retryDelaySeconds,
    ...(contract.timeoutSeconds === undefined ? {} : { timeoutSeconds: contract.timeoutSeconds }),
    run: (input, core) => definition.run(plainToInstance(contract.input, input), contextOver(core)),
  };
}

function contextOver(core: CoreContext): FlowContext {
  const runTask = <O>(
    what: TaskDefinition | OperationContract,
    input: object,
    call: TaskCallOptions = {},
  ): Promise<O> => {
    const definition = 'kind' in what ? what : asTask(what);
    const { options, contract } = definition;
    const { key, ...over } = call;
    return core.task({
      spec: specOf(contract, { ...options, ...over }),
      input: definition.mapInput ? definition.mapInput(input) : input,
      ...(key === undefined ? {} : { key }),
    }) as Promise<O>;
  };
  return {
    runId: core.runId,
    flow: core.flow,
    version: core.version,
    actor: core.actor as FlowContext['actor'],
    flags: core.flags,
    task: runTask,
    map: (items, fn, options) => mapConcurrently(items, fn, options?.concurrency),
    sleep: (seconds) => core.sleep(seconds),
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
