import type { PlaceInList } from './cursor.js';

/** How a list is sorted. Its id breaks ties, in the same direction. */
export interface Order {
  readonly field: string;
  readonly descending: boolean;
  /** Whether a record may lack the field. */
  readonly nullable: boolean;
}

/** What comes after a place. For the database nothing is smaller than null, and a comparison never meets it. */
export function beyond(
  { field, descending, nullable }: Order,
  { value, id }: PlaceInList,
): Record<string, unknown> {
  const [past, reach] = descending ? (['$lt', '$lte'] as const) : (['$gt', '$gte'] as const);
  if (value === null)
    return descending
      ? { [field]: null, _id: { $lt: id } }
      : { $or: [{ [field]: null, _id: { $gt: id } }, { [field]: { $ne: null } }] };
  const ties = { $or: [{ [field]: { [past]: value } }, { [field]: value, _id: { [past]: id } }] };
  // Told where the rest of the index begins, the database does not walk what was read before.
  if (!nullable || !descending) return { [field]: { [reach]: value }, ...ties };
  return { $or: [...ties.$or, { [field]: null }] };
}
