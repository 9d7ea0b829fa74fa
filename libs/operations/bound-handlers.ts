import { HaltError } from './errors.js';
import type { OperationContract } from './contract.js';

/** A method that carries `@Operation`. */
export interface BoundHandler {
  readonly contract: OperationContract;
  /** Class and method, for people. */
  readonly where: string;
}

/** The handlers of a service do not fit the contracts that it owns. */
export class HandlerMismatchError extends HaltError {
  constructor(
    readonly service: string,
    problems: readonly string[],
  ) {
    super('operation/handler-mismatch', `the service ${service} cannot start: ${problems.join('; ')}`);
  }
}

/** Checks that each contract of a service has one handler, and each handler a contract. Throws HandlerMismatchError. */
export function checkHandlers(
  service: string,
  contracts: readonly OperationContract[],
  handlers: readonly BoundHandler[],
): void {
  const problems: string[] = [];
  const names = new Set<string>();
  for (const contract of contracts) {
    if (contract.service !== service)
      problems.push(`${contract.name} belongs to the service ${contract.service}`);
    if (names.has(contract.name)) problems.push(`two contracts have the name ${contract.name}`);
    names.add(contract.name);
    const bound = handlers.filter((handler) => handler.contract === contract);
    if (bound.length === 0)
      problems.push(`${contract.name} has no handler: no method carries its @Operation`);
    if (bound.length > 1)
      problems.push(
        `${contract.name} has ${bound.length} handlers: ${bound.map(({ where }) => where).join(' and ')}`,
      );
  }
  for (const { contract, where } of handlers)
    if (!contracts.includes(contract))
      problems.push(`${where} handles ${contract.name}, which is not among its contracts`);
  if (problems.length > 0) throw new HandlerMismatchError(service, problems);
}
