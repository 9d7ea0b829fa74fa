import { Transform } from 'class-transformer';

/** Reads keywords given as a list or as comma-separated text; trims them and drops empty and doubled ones. */
export function keywordList(value: unknown): unknown {
  const items: unknown = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(items)) return value;
  const list: unknown[] = items.map((item: unknown) => (typeof item === 'string' ? item.trim() : item));
  return [...new Set(list.filter((item) => item !== ''))];
}

/** Lets a field of the type string[] be given as comma-separated text too. */
export const KeywordList = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => keywordList(value));
