import {
  flow,
  task,
  TaskFailedError,
  TaskTimedOutError,
  type FlowContext,
  type FlowDefinition,
} from '#libs/flows';
import type { OperationContract } from '#libs/operations';
import { ExpressionError, LostOperationError, StepUnsuccessfulError } from './errors.js';
import { fillIn } from './fill-in.js';
import { pipeInputOf } from './pipe-input.js';
import { idOf, type Contracts, type PipeInput, type PipeResult, type PipeStep } from './pipe.js';

/** The name of the flow that runs pipes. */
export const PIPE_FLOW = 'pipe';

/**
 * Makes the flow `pipe` over the given operations: it does the steps of its input one after the other, each with what
 * the ones before it gave, and ends with what all have given. A step is tried twice more after 30 s each, unless the
 * input says otherwise, also where its operation answers `success: false`; one that fails all the same ends the run,
 * unless it says `onFailure: continue`.
 */
export function pipeFlow(operations: readonly OperationContract[]): FlowDefinition<PipeInput, PipeResult> {
  const contracts: Contracts = new Map(operations.map((contract) => [contract.name, contract]));
  return flow(
    {
      name: PIPE_FLOW,
      description: 'Do operations one after the other; later ones see what earlier ones gave',
      input: pipeInputOf(operations),
      tags: ['pipe'],
    },
    async (pipe, ctx) => {
      const outputs = new Map<string, unknown>();
      const failed = new Map<string, { readonly code: string; readonly message: string }>();
      const skipped: string[] = [];
      for (const step of pipe.steps) {
        const id = idOf(step);
        try {
          if (step.when !== undefined && isNothing(fillIn(step.when, outputs, id))) {
            skipped.push(id);
            continue;
          }
          const output = await take(step, pipe, contracts, outputs, ctx);
          outputs.set(id, output);
          assertSuccessful(step, output);
        } catch (error) {
          if (step.onFailure === 'stop' || !isFailureOfStep(error)) throw error;
          failed.set(id, { code: error.code, message: error.message });
          ctx.log.warn(`step ${id} failed, and the pipe goes on`, { reason: error.message });
        }
      }
      return {
        steps: Object.fromEntries(outputs),
        ...(skipped.length > 0 ? { skipped } : {}),
        ...(failed.size > 0 ? { failed: Object.fromEntries(failed) } : {}),
      };
    },
  );
}

function take(
  step: PipeStep,
  pipe: PipeInput,
  contracts: Contracts,
  outputs: ReadonlyMap<string, unknown>,
  ctx: FlowContext,
): Promise<object> {
  const id = idOf(step);
  const contract = contracts.get(step.use);
  if (contract === undefined) throw new LostOperationError(id, step.use);
  const { timeoutSeconds, retries = pipe.retries, retryDelaySeconds = pipe.retryDelaySeconds } = step;
  const options = {
    ...{ name: id, retries, retryDelaySeconds, retryOnUnsuccessful: true },
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
  return ctx.task(task(options, contract), fillIn(step.with, outputs, id) as object);
}

const isNothing = (value: unknown): boolean => !value || (Array.isArray(value) && value.length === 0);

function assertSuccessful(step: PipeStep, output: unknown): void {
  if (typeof output !== 'object' || output === null || !('success' in output) || output.success !== false)
    return;
  const said =
    'message' in output && typeof output.message === 'string' ? output.message : 'it gave no reason';
  throw new StepUnsuccessfulError(idOf(step), step.use, said);
}

type StepFailure = TaskFailedError | TaskTimedOutError | StepUnsuccessfulError | ExpressionError;

const isFailureOfStep = (error: unknown): error is StepFailure =>
  error instanceof TaskFailedError ||
  error instanceof TaskTimedOutError ||
  error instanceof StepUnsuccessfulError ||
  error instanceof ExpressionError;
