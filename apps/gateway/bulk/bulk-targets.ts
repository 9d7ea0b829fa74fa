import { Injectable } from '@nestjs/common';
import { ListFlowRuns } from '#libs/contracts';
import type { FlowRunDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import type { Caller } from '../identity/caller.js';
import type { BulkFilter } from './bulk.inputs.js';
import { fits } from './bulk-work.js';
import type { BulkActionName } from './bulk-work.js';

/** How many runs a preview shows. */
const FIRST = 20;
const PAGE = 500;

/** What would be done. */
export interface BulkPreview {
  readonly action: BulkActionName;
  readonly dryRun: true;
  readonly filter: BulkFilter;
  readonly count: number;
  /** How many more fit that are left alone, for other runs go on with their work. */
  readonly skipped: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** The oldest ones, as many as there is room for. */
  readonly first: readonly FlowRunDto[];
}

export interface Target {
  readonly action: BulkActionName;
  readonly filter: BulkFilter;
  /** ISO 8601. Runs made later are left alone, or a restart would come upon what it has started itself. */
  readonly before: string;
}

/** What cannot be read is passed on, to be refused; it must not mean every run there is. */
const earlier = (to: string | undefined, before: string): string =>
  to === undefined || Date.parse(to) >= Date.parse(before) ? before : to;

/** Finds the runs that a filter means, from the oldest, by the records of the audit. */
@Injectable()
export class BulkTargets {
  constructor(private readonly ask: Ask) {}

  /** Reads one page, which may hold fewer runs than there is room for, or none. */
  async page(
    { action, filter, before }: Target,
    cursor: string | null,
    caller: Caller,
  ): Promise<{ readonly items: readonly FlowRunDto[]; readonly nextCursor: string | null }> {
    const { userId, to, ...rest } = filter;
    const { items, nextCursor } = await this.ask.for(
      ListFlowRuns,
      {
        ...rest,
        ...(userId === undefined ? {} : { user: userId }),
        to: earlier(to, before),
        sort: 'createdAt',
        limit: PAGE,
        ...(cursor === null ? {} : { cursor }),
      },
      caller,
    );
    return { items: items.filter((run) => fits(action, run)), nextCursor: nextCursor ?? null };
  }

  async preview(target: Target, caller: Caller): Promise<BulkPreview> {
    const first: FlowRunDto[] = [];
    const byStatus: Record<string, number> = {};
    let count = 0;
    let skipped = 0;
    let cursor: string | null = null;
    do {
      const page = await this.page(target, cursor, caller);
      const items = page.items.filter((run) => target.action === 'cancel' || run.continuedBy === null);
      first.push(...items.slice(0, FIRST - first.length));
      for (const { status } of items) byStatus[status] = (byStatus[status] ?? 0) + 1;
      count += items.length;
      skipped += page.items.length - items.length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    const { action, filter } = target;
    return { action, dryRun: true, filter, count, skipped, byStatus, first };
  }
}
