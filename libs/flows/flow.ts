import { toInstance } from '#libs/operations';
import { defineFlow, type FlowContract, type FlowOptions } from './contract.js';
import { flowContext } from './context-over.js';
import type { FlowContext } from './context.js';
import type { FlowProgram, RunEnd } from './core/index.js';
import type { DeploymentOptions } from './deployment-options.js';
import type { TaskDefinition } from './task.js';

/**
 * What a flow does when its code has come to an end and before the end is written. They have the flow's whole context,
 * and what they throw is logged and changes nothing.
 */
export interface FlowHooks<R = unknown> {
  readonly onSuccess?: (
    ctx: FlowContext,
    end: Extract<RunEnd, { status: 'completed' }> & { readonly result: R },
  ) => Promise<void>;
  /** After the last retry, and after what is to be undone was undone. */
  readonly onFailure?: (ctx: FlowContext, end: Extract<RunEnd, { status: 'failed' }>) => Promise<void>;
  readonly onCancel?: (ctx: FlowContext, end: Extract<RunEnd, { status: 'cancelled' }>) => Promise<void>;
}

/** A flow: its contract and its code. */
export interface FlowDefinition<I extends object = object, R = unknown> {
  readonly contract: FlowContract<I>;
  readonly hooks: FlowHooks;
  run(input: I, ctx: FlowContext): Promise<R>;
  /** Says when and with what it is run; an orchestrator keeps what it is given, and fires. */
  toDeployment(options: DeploymentOptions<I>): FlowDeployment<I>;
}

/** A flow with its deployment, as a program says it. */
export interface FlowDeployment<I extends object = object> extends DeploymentOptions<I> {
  readonly flow: FlowDefinition<I>;
}

/** Defines a durable flow. The function may only await what `ctx` gives it; lint forbids clocks, chance and I/O in flow files. */
export function flow<I extends object, R>(
  options: (FlowOptions<I> | FlowContract<I>) & FlowHooks<R>,
  run: (input: I, ctx: FlowContext) => Promise<R>,
): FlowDefinition<I, R> {
  const { onSuccess, onFailure, onCancel, ...contract } = options;
  const hooks = {
    ...(onSuccess ? { onSuccess: onSuccess as NonNullable<FlowHooks['onSuccess']> } : {}),
    ...(onFailure ? { onFailure } : {}),
    ...(onCancel ? { onCancel } : {}),
  };
  const definition: FlowDefinition<I, R> = Object.freeze({
    contract: defineFlow<I>(contract as FlowOptions<I>),
    hooks,
    run,
    toDeployment: (deployment: DeploymentOptions<I>) => ({ ...deployment, flow: definition }),
  });
  return definition;
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
  const { contract, hooks } = definition;
  const hasHooks = Object.keys(hooks).length > 0;
  return {
    name: contract.name,
    version: contract.version,
    tags: contract.tags,
    retries: contract.retries,
    retryDelaySeconds: contract.retryDelaySeconds,
    cleanUpSeconds: contract.cleanUpSeconds,
    ...(contract.timeoutSeconds === undefined ? {} : { timeoutSeconds: contract.timeoutSeconds }),
    run: (input, core) =>
      definition.run(toInstance(contract.input, input as object), flowContext(core, contract.input)),
    ...(hasHooks ? { hook: (end, core) => callHook(hooks, end, flowContext(core, contract.input)) } : {}),
  };
}

function callHook(hooks: FlowHooks, end: RunEnd, ctx: FlowContext): Promise<void> | undefined {
  switch (end.status) {
    case 'completed':
      return hooks.onSuccess?.(ctx, end);
    case 'failed':
      return hooks.onFailure?.(ctx, end);
    case 'cancelled':
      return hooks.onCancel?.(ctx, end);
  }
}
