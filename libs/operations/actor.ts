import type { Actor, Execution } from '#libs/run-log';
import type { OperationContract } from './contract.js';
import { fieldsOf } from './dto-shape.js';
import { agreeOnFlags } from './flags.js';

/** Stands for a caller of whom nothing is known. */
export const ANONYMOUS = 'anonymous';

/**
 * Settles on whose behalf an execution runs. A known identity wins over an input's `userId`, which it replaces;
 * only where nobody is known the input is believed.
 */
function identify(contract: OperationContract, execution: Execution): Execution {
  const { actor, input } = execution;
  if (!fieldsOf(contract.input).has('userId')) return execution;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return execution;
  if (actor.userId !== ANONYMOUS || actor.grants)
    return { ...execution, input: { ...input, userId: actor.userId } };
  const said: unknown = 'userId' in input ? input.userId : undefined;
  if (typeof said !== 'string' || said === '') return execution;
  return { ...execution, actor: { ...actor, userId: said } satisfies Actor };
}

/** Settles on whose behalf an execution runs and how: what caller and input say is brought together. */
export function settleExecution(contract: OperationContract, execution: Execution): Execution {
  const identified = identify(contract, execution);
  const { input, flags } = agreeOnFlags(contract.input, identified.input, identified.flags);
  return { ...identified, input, flags };
}
