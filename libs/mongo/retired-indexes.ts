import type { Schema } from 'mongoose';

/** The fields of an index in their order. */
export type IndexKeys = Readonly<Record<string, 1 | -1>>;

const retired = new WeakMap<object, readonly IndexKeys[]>();

/** Says which indexes a schema had that others do the work of now: they go once those are there. */
export function retireIndexes(schema: Pick<Schema, 'indexes'>, ...indexes: readonly IndexKeys[]): void {
  retired.set(schema, [...retiredOf(schema), ...indexes]);
}

export const retiredOf = (schema: Pick<Schema, 'indexes'>): readonly IndexKeys[] => retired.get(schema) ?? [];
