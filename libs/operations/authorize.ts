import type { Actor } from '#libs/run-log';
import type { OperationContract } from './contract.js';
import { TerminalError } from './errors.js';

/**
 * Decides whether an actor may run an operation. Throws to refuse, or answers false.
 * Called before the input is looked at.
 */
export type Authorize = (request: {
  readonly contract: OperationContract;
  readonly actor: Actor;
}) => boolean | Promise<boolean>;

/** Lets everybody in; what holds until roles are set up. */
export const allowAll: Authorize = () => true;

/** The actor lacks what the contract asks for. */
export class ForbiddenError extends TerminalError {
  constructor(contract: OperationContract, actor: Actor) {
    const wanted = contract.permissions.length > 0 ? ` (it asks for ${contract.permissions.join(', ')})` : '';
    super('operation/forbidden', `${actor.userId} may not run ${contract.name}${wanted}`);
  }
}
