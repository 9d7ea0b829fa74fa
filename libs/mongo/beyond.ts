import type { PlaceInList, ValueKind } from './cursor.js';

/** How a list is sorted. Its id breaks ties, in the same direction. */
export interface Order {
  readonly field: string;
  /** What the field holds, where it holds anything. */
  readonly kind: ValueKind;
  readonly descending: boolean;
  /** Whether a record may lack the field. */
  readonly nullable: boolean;
}

/** One stretch of an index that is sorted like the list. */
export type Stretch = Readonly<Record<string, unknown>>;

const LEAST: Readonly<Record<ValueKind, unknown>> = {
  date: new Date(-8_640_000_000_000_000),
  number: -Infinity,
  text: '',
};

/**
 * Says where a list lies, in stretches that follow each other: what has a value, and what has none, which for the
 * database is smaller than all. Where it is told that much of an index, it tells by the index what else is asked for,
 * and not by reading each record.
 */
export function whole({ field, kind, descending, nullable }: Order): readonly Stretch[] {
  const valued = { [field]: { $gte: LEAST[kind] } };
  const empty = { [field]: null };
  if (!nullable) return [valued];
  return descending ? [valued, empty] : [empty, valued];
}

/**
 * Says what comes after a place: what shares its value, what has another, what has none. Asked for together, by `$or`,
 * the database would try every way to combine their indexes first, which takes longer than all of them.
 */
export function beyond(order: Order, { value, id }: PlaceInList): readonly Stretch[] {
  const { field, kind, descending, nullable } = order;
  const past = descending ? '$lt' : '$gt';
  const ties = { [field]: value, _id: { [past]: id } };
  if (value === null) return descending ? [ties] : [ties, { [field]: { $gte: LEAST[kind] } }];
  const others = { [field]: { [past]: value } };
  return nullable && descending ? [ties, others, { [field]: null }] : [ties, others];
}
