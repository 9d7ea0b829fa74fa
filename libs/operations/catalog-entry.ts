import type { OperationContract } from './contract.js';
import { inputSchemaOf, outputSchemaOf } from './json-schema.js';
import type { JsonSchema } from './json-schema.js';
import type { OperationLimit } from './limits/operation-limit.js';

/** An operation as the catalog describes it. */
export interface OperationDescription extends Omit<OperationContract, 'input' | 'output' | 'limits'> {
  readonly kind: 'operation';
  readonly limits: readonly Omit<OperationLimit, 'key'>[];
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
}

/** A flow as the catalog describes it. */
export interface FlowDescription {
  readonly kind: 'flow';
  readonly name: string;
  /** Other names by which it may be started. */
  readonly aliases: readonly string[];
  readonly description: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly inputSchema: JsonSchema;
}

export type CatalogEntry = OperationDescription | FlowDescription;

/** Describes an operation for those who have no contract of it. */
export function describeOperation(contract: OperationContract): OperationDescription {
  const { input, output, limits, ...rest } = contract;
  return {
    kind: 'operation',
    ...rest,
    limits: limits.map(({ name, concurrency, rate }) => ({
      name,
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(rate ? { rate } : {}),
    })),
    inputSchema: inputSchemaOf(input),
    outputSchema: outputSchemaOf(output),
  };
}

/** Where an entry lies in the bucket. */
export function keyOf(entry: CatalogEntry): string {
  return entry.kind === 'flow' ? `flow.${entry.name}` : `operation.${entry.service}.${entry.name}`;
}
