const PAGE = 200;

/** Reads one page of a list. */
export type ReadPage = (part: {
  readonly limit: number;
  readonly cursor?: string;
}) => Promise<{ readonly items: readonly unknown[]; readonly nextCursor: string | null }>;

/**
 * Gives a list as JSON lines, page by page: the next one is read when somebody wants it, so a long list takes no more
 * room than a short one. The first page is read at once. Throws what reading throws.
 */
export async function jsonLines(read: ReadPage): Promise<AsyncIterable<string>> {
  const first = await read({ limit: PAGE });
  return (async function* () {
    for (let page = first; ;) {
      if (page.items.length > 0) yield page.items.map((item) => `${JSON.stringify(item)}\n`).join('');
      if (page.nextCursor === null) return;
      page = await read({ limit: PAGE, cursor: page.nextCursor });
    }
  })();
}
