import type { BulkStore } from './bulk-store.js';
import { brief } from './bulk-work.js';
import type { BulkSummary, KeptWork } from './bulk-work.js';
import type { ListBulkInput } from './bulk.inputs.js';

const STANDARD_LIMIT = 50;
const READ_AT_ONCE = 50;

/** A part of the list; `nextCursor` is null on the last one. */
export interface BulkPage {
  readonly items: readonly BulkSummary[];
  readonly nextCursor: string | null;
}

/** Lists the bulk work that `isShown` picks: its ids sort by the time of their making. */
export async function listWork(
  store: Pick<BulkStore, 'ids' | 'get'>,
  { limit, cursor, sort }: ListBulkInput,
  isShown: (work: KeptWork) => boolean,
): Promise<BulkPage> {
  const most = limit ?? STANDARD_LIMIT;
  const oldestFirst = sort === 'createdAt';
  const ids = (await store.ids()).sort();
  if (!oldestFirst) ids.reverse();
  const behind =
    cursor === undefined || cursor === null
      ? ids
      : ids.filter((id) => (oldestFirst ? id > cursor : id < cursor));
  const items: BulkSummary[] = [];
  for (let at = 0; at < behind.length; at += READ_AT_ONCE) {
    const found = await Promise.all(behind.slice(at, at + READ_AT_ONCE).map((id) => store.get(id)));
    for (const stored of found) {
      // Its time may have run out since it was named.
      if (!stored || !isShown(stored.work)) continue;
      if (items.length === most) return { items, nextCursor: items.at(-1)!.id };
      items.push(brief(stored.work));
    }
  }
  return { items, nextCursor: null };
}
