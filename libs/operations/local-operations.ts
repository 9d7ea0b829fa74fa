import type { OperationContract } from './contract.js';
import type { Handler } from './work.js';

/** An operation that this process hosts. */
export interface LocalOperation {
  readonly contract: OperationContract;
  readonly handler: Handler;
}

/** The operations that one service of this process answers itself. */
export class LocalOperations {
  private readonly byName = new Map<string, LocalOperation>();

  host(contract: OperationContract, handler: Handler): void {
    this.byName.set(`${contract.service}.${contract.name}`, { contract, handler });
  }

  find(service: string, name: string): LocalOperation | undefined {
    return this.byName.get(`${service}.${name}`);
  }

  clear(): void {
    this.byName.clear();
  }
}
