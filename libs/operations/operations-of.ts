import type { OperationContract } from './contract.js';
import { contractOf } from './operation.decorator.js';

/** Lists the contracts that the methods of a class, or of those it extends, are bound to by `@Operation`. */
export function operationsOf(type: { readonly prototype: object }): OperationContract[] {
  const found = new Set<OperationContract>();
  for (
    let layer: object | null = type.prototype;
    layer !== null && layer !== Object.prototype;
    layer = Object.getPrototypeOf(layer) as object | null
  ) {
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(layer))) {
      const contract = contractOf(value);
      if (contract) found.add(contract);
    }
  }
  return [...found];
}
