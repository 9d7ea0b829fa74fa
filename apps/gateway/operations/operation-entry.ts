import type { OperationDescription } from '#libs/operations';

/** An operation as clients see it. */
export type OperationEntry = Omit<OperationDescription, 'kind'> & {
  readonly links: { readonly self: string; readonly run: string };
};

export function operationEntry({ kind: _kind, ...entry }: OperationDescription): OperationEntry {
  const self = `/operations/${entry.name}`;
  return { ...entry, links: { self, run: self } };
}

/** Which operations are asked for. All that is given must hold. */
export interface OperationFilter {
  readonly tag?: string;
  readonly category?: string;
  readonly service?: string;
}

export const fits = (filter: OperationFilter, entry: OperationDescription): boolean =>
  (filter.tag === undefined || entry.tags.includes(filter.tag)) &&
  (filter.category === undefined || entry.category === filter.category) &&
  (filter.service === undefined || entry.service === filter.service);
