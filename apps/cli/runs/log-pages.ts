import type { TaskLogDto } from '#libs/contracts';
import type { GatewayClient, Page, Query } from '../gateway/gateway-client.js';

const PAGE = 500;

/** Reads the stored lines of a run from the oldest, and goes on where it left off: each line comes once. */
export class LogPages {
  private cursor: string | undefined;
  /** Lines given already of the page at the cursor, which grows as long as it is the last one. */
  private readonly given = new Set<string>();

  constructor(
    private readonly gateway: GatewayClient,
    private readonly path: string,
    private readonly query: Query,
  ) {}

  /** Gives the next lines, and whether there are more at once. Throws what the gateway refuses. */
  async next(signal: AbortSignal): Promise<{ readonly lines: TaskLogDto[]; readonly more: boolean }> {
    const query = { ...this.query, limit: PAGE, cursor: this.cursor };
    const { items, nextCursor } = await this.gateway.get<Page<TaskLogDto>>(this.path, { query, signal });
    const lines = items.filter(({ id }) => !this.given.has(id));
    if (nextCursor === null) {
      for (const { id } of lines) this.given.add(id);
      return { lines, more: false };
    }
    this.cursor = nextCursor;
    this.given.clear();
    return { lines, more: true };
  }
}
