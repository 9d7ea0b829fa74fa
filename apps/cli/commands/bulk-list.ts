import type { Command } from 'commander';
import type { BulkSummary } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';
import { table } from '../terminal/table.js';
import { moreLine } from './list-options.js';

/** Shows what bulk work there was, the latest first. */
export async function listBulk(session: Session, limit: number, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const page = await gateway.list<BulkSummary>('/flow-runs/bulk', {}, limit);
  session.answer(command, page, () =>
    page.items.length === 0
      ? 'No bulk work in the last week. Begin some with `jobhunter flow-run cancel --where …`.'
      : drawBulk(page.items, session) + moreLine(page),
  );
}

function drawBulk(works: readonly BulkSummary[], { terminal }: Session): string {
  return table(
    [
      { head: 'BULK', value: (work) => work.id },
      { head: 'ACTION', value: (work) => work.action },
      { head: 'STATUS', value: (work) => work.status, paint: paintStatus(terminal) },
      { head: 'DONE', value: ({ done, total }) => `${done}/${total}`, align: 'right' },
      { head: 'SKIPPED', value: (work) => work.skipped, align: 'right' },
      { head: 'FAILED', value: (work) => work.failed, align: 'right' },
      { head: 'WHERE', value: ({ filter }) => whereOf(filter), shrink: true, max: 60 },
      { head: 'BEGUN', value: (work) => instant(work.createdAt) },
      { head: 'USER', value: (work) => work.by.userId, shrink: true, max: 20 },
    ],
    works,
    terminal,
  );
}

const whereOf = (filter: BulkSummary['filter']): string =>
  oneLine(
    Object.entries(filter)
      .map(([field, value]) => `${field}=${value}`)
      .join(' '),
  );
