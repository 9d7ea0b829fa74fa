import { Injectable } from '@nestjs/common';
import { OperationClient } from '#libs/operations';
import type { OperationContract } from '#libs/operations';
import type { Caller } from '../identity/caller.js';
import { BadQueryError } from '../problems/errors.js';
import { speaks } from '../problems/problem.js';
import { asParameter } from '../query/parameter-names.js';
import { Broker } from './broker.js';

/** Asks the services for what they own; the gateway reads no database. */
@Injectable()
export class Ask {
  constructor(
    private readonly operations: OperationClient,
    private readonly broker: Broker,
  ) {}

  /** Calls an operation on behalf of a caller and gives its output. Throws what the service or the way there throws. */
  async for<I extends object, O extends object>(
    contract: OperationContract<I, O>,
    input: I,
    caller: Caller,
    timeoutMs?: number,
  ): Promise<O> {
    try {
      return await this.broker.whileThere(`${contract.name} cannot be asked`, () =>
        // Answers are written as JSON again: instances of their classes would be made for nothing.
        this.operations.call(contract, input, {
          ...caller,
          plain: true,
          ...(timeoutMs ? { timeoutMs } : {}),
        }),
      );
    } catch (error) {
      // The input was made of a query, some of which only the service can judge, as a cursor.
      if (speaks(error) && error.code === 'operation/invalid-input' && error.fields)
        throw new BadQueryError(error.fields.map(asParameter), { cause: error });
      throw error;
    }
  }
}
