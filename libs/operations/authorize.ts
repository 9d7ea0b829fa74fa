import type { Actor } from '#libs/run-log';
import type { OperationContract } from './contract.js';
import { TerminalError } from './errors.js';
import { lackingOf } from './grants.js';

/**
 * Decides whether an actor may run an operation. Throws to refuse, or answers false.
 * Called before the input is looked at.
 */
export type Authorize = (request: {
  readonly contract: OperationContract;
  readonly actor: Actor;
}) => boolean | Promise<boolean>;

/**
 * Lets in whose grants cover all that the contract asks for. An actor without grants is let in: it comes from the bus
 * itself, or from a gateway whose authentication is switched off. Throws ForbiddenError.
 */
export const byGrants: Authorize = ({ contract, actor }) => {
  const lacking = lackingOf(actor, contract.permissions);
  if (lacking.length > 0) throw new ForbiddenError(contract, actor, lacking);
  return true;
};

/** The actor lacks what the contract asks for. */
export class ForbiddenError extends TerminalError {
  constructor(
    contract: Pick<OperationContract, 'name' | 'permissions'>,
    actor: Pick<Actor, 'userId'>,
    lacking: readonly string[] = contract.permissions,
  ) {
    const wanted = lacking.length > 0 ? ` (it asks for ${lacking.join(', ')})` : '';
    super('operation/forbidden', `${actor.userId} may not run ${contract.name}${wanted}`);
  }
}
