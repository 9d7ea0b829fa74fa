/**
 * Names every status where a list asks for none, is in the order of creation, and has a filter whose index goes by
 * status before time: told all of them, the database merges their stretches, each of which is in order already. It
 * changes nothing of what is found.
 */
export function withEveryStatus<T extends { readonly status?: unknown }>(
  filter: T,
  {
    sort,
    before,
    statuses,
  }: {
    readonly sort: string;
    /** Fields that stand before the status in an index. */
    readonly before: readonly (keyof T & string)[];
    readonly statuses: Readonly<Record<string, string>>;
  },
): T {
  const goesByStatus = before.some((field) => filter[field] !== undefined);
  if (!sort.endsWith('createdAt') || filter.status !== undefined || !goesByStatus) return filter;
  return { ...filter, status: { $in: Object.values(statuses) } };
}
