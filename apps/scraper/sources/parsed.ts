import { PlatformError } from '#libs/run-log';
import type { Posting } from './posting.js';

/** One item of a page that could not be read while the others could. */
export interface ItemFault {
  /** Where on the page, e.g. `data[3]`. */
  readonly item: string;
  readonly message: string;
}

/** What a parser makes of one page. */
export interface Parsed {
  readonly postings: readonly Posting[];
  readonly faults: readonly ItemFault[];
}

/**
 * Reads each item of a list; null passes over one that is not to be shown. One broken item is a fault beside the others; if every one is broken, the board has
 * changed its shape and the first item's error is thrown.
 */
export function parseEach(
  items: readonly unknown[],
  listName: string,
  parse: (item: unknown, at: string) => Posting | null,
): Parsed {
  const postings: Posting[] = [];
  const faults: ItemFault[] = [];
  let firstError: PlatformError | undefined;
  for (const [index, item] of items.entries()) {
    const at = `${listName}[${index}]`;
    try {
      const posting = parse(item, at);
      if (posting) postings.push(posting);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      firstError ??= error;
      faults.push({ item: at, message: error.message });
    }
  }
  if (firstError && postings.length === 0) throw firstError;
  return { postings, faults };
}
