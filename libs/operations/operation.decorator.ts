import 'reflect-metadata';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { InputOf, OperationContract } from './contract.js';
import type { OperationRun } from './operation-run.js';
import { subjectOf } from './wire.js';

const CONTRACT = Symbol('operations:contract');

type HandlerOf<C extends OperationContract> = (input: InputOf<C>, run: OperationRun) => unknown;

/**
 * Binds a method `(input, run)` of a controller or provider to an operation. For Nest it is a message handler:
 * guards, pipes, interceptors and exception filters apply, with the checked input as data and the run as context.
 */
export function Operation<I extends object, O extends object>(contract: OperationContract<I, O>) {
  return <F extends HandlerOf<OperationContract<I, O>>>(
    target: object,
    method: string,
    descriptor: TypedPropertyDescriptor<F>,
  ): void => {
    if (!descriptor.value) throw new TypeError(`@Operation(${contract.name}) stands on ${method}, no method`);
    Payload()(target, method, 0);
    Ctx()(target, method, 1);
    MessagePattern(subjectOf(contract))(target, method, descriptor);
    Reflect.defineMetadata(CONTRACT, contract, descriptor.value);
  };
}

/** Tells which operation a method is bound to. */
export function contractOf(method: unknown): OperationContract | undefined {
  if (typeof method !== 'function') return undefined;
  return Reflect.getMetadata(CONTRACT, method) as OperationContract | undefined;
}
