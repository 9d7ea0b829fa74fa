import type { ResultRef } from '#libs/run-log';
import type { OperationContract } from './contract.js';

/**
 * Reads the documents that an output names, as the contract's `resultRefs` says: field -> collection. A field may
 * hold one id or a list of them, and may lie deeper (`items.id`), lists on the way included.
 */
export function refsIn(contract: OperationContract, output: object): ResultRef[] {
  return Object.entries(contract.resultRefs).flatMap(([path, collection]) =>
    idsAt(output, path.split('.')).map((documentId) => ({ collection, documentId })),
  );
}

function idsAt(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => idsAt(item, path));
  const [field, ...rest] = path;
  if (field === undefined)
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [String(value)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return idsAt((value as Readonly<Record<string, unknown>>)[field], rest);
}
