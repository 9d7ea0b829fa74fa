import { Dice } from './dice.js';
import type { SORTS } from './lists.js';
import { YEAR_MS } from './synthetic-records.js';

interface Place {
  readonly sort: (typeof SORTS)[number];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Moves the cursor of a first page to somewhere in the list, as if somebody had turned all pages before. */
export function deepCursor(cursor: string, { sort, from, to }: Place, dice: Dice, until: number): string {
  const [list] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string];
  const begin = from === undefined ? until - YEAR_MS : Date.parse(from);
  const end = to === undefined ? until : Date.parse(to);
  const value = sort.endsWith('durationMs')
    ? Math.round(dice.around(1_000))
    : Math.round(begin + (end - begin) * dice.next());
  return Buffer.from(JSON.stringify([list, value, 'm'])).toString('base64url');
}
