import { setTimeout as pause } from 'node:timers/promises';
import { bulk } from '#libs/flows';
import type { Caller } from '../identity/caller.js';
import { speaks } from '../problems/problem.js';
import type { BulkActions } from './bulk-actions.js';
import type { BulkStore, StoredWork } from './bulk-store.js';
import type { BulkTargets } from './bulk-targets.js';
import { withFailure } from './bulk-work.js';
import type { KeptWork } from './bulk-work.js';

/** Without a word for so long, another gateway may go on with the work, in milliseconds. */
const LEASE_MS = 15_000;
const SAVE_EVERY_MS = 500;
const AT_ONCE = 16;
/** How long to wait for what does not answer, in milliseconds; then the work is left to whoever asks for it next. */
const PATIENCE = [250, 1_000, 3_000, 10_000];

export interface BulkTools {
  readonly store: BulkStore;
  readonly targets: BulkTargets;
  readonly actions: BulkActions;
  /** Names this process. */
  readonly holder: string;
  /** Hears of what failed and is no part of the work's own record. */
  readonly onTrouble: (error: unknown) => void;
}

export const leaseFor = (id: string): NonNullable<KeptWork['holder']> => ({
  id,
  until: new Date(Date.now() + LEASE_MS).toISOString(),
});

/**
 * Does one piece of bulk work.
 *
 * 1. Only the holder of the lease works; a write that finds another's behind it ends the work here.
 * 2. What is kept names the page in hand and what stood before it. Whoever takes over does that page again, so an
 *    action must tell what it has done before.
 * 3. What only fails for the moment is tried again; a run that stays behind is counted and the others go on.
 */
export class BulkWorker {
  private work: KeptWork;
  private unsaved = false;
  private lost = false;
  private saving: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tools: BulkTools,
    private stored: StoredWork,
    private readonly caller: Caller,
    private readonly signal: AbortSignal,
  ) {
    this.work = { ...stored.work, ...stored.work.settled };
  }

  async run(): Promise<void> {
    const beat = setInterval(() => this.beat(), SAVE_EVERY_MS);
    try {
      while (!this.isOver && this.work.status === 'running') await this.page();
    } catch (error) {
      if (!isPassing(error)) this.finish('failed', error);
      this.tools.onTrouble(error);
    } finally {
      clearInterval(beat);
      this.change({ holder: null });
      await this.patiently(() => this.save()).catch(this.tools.onTrouble);
    }
  }

  private async page(): Promise<void> {
    const { action, filter, createdAt, cursor } = this.work;
    const { items, nextCursor } = await this.patiently(() =>
      this.tools.targets.page({ action, filter, before: createdAt }, cursor, this.caller),
    );
    const ids = items.map(({ id }) => id);
    const options = { concurrency: AT_ONCE, signal: this.signal };
    for await (const one of bulk(ids, (id) => this.one(id), options)) {
      if (this.lost) break;
      if ('error' in one) this.failed(one.runId, one.error);
      else this.change({ [one.done]: this.work[one.done] + 1 });
    }
    if (this.isOver) return;
    const { done, skipped, failed, failures } = this.work;
    this.change({ cursor: nextCursor, settled: { done, skipped, failed, failures } });
    if (nextCursor === null) this.finish('done');
    else await this.save().catch(this.tools.onTrouble);
  }

  private one(runId: string): Promise<'done' | 'skipped'> {
    return this.patiently(() => this.tools.actions.do(this.work, runId, this.caller));
  }

  private failed(runId: string, error: Error): void {
    if (!speaks(error)) this.tools.onTrouble(error);
    // What failed because the gateway stops is done by whoever goes on.
    if (!this.isOver) this.change(withFailure(this.work, { runId, ...said(error) }));
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const wait = PATIENCE[attempt];
        if (wait === undefined || !isPassing(error) || this.isOver) throw error;
        await pause(wait, undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
  }

  private get isOver(): boolean {
    return this.lost || this.signal.aborted;
  }

  private finish(status: 'done' | 'failed', error?: unknown): void {
    const why = error === undefined ? null : said(error);
    this.change({ status, error: why, finishedAt: new Date().toISOString() });
  }

  private change(some: Partial<KeptWork>): void {
    this.work = { ...this.work, ...some };
    this.unsaved = true;
  }

  private beat(): void {
    const { holder } = this.stored.work;
    if (holder && Date.parse(holder.until) < Date.now() + LEASE_MS / 2)
      this.change({ holder: leaseFor(this.tools.holder) });
    if (this.unsaved) void this.save().catch(this.tools.onTrouble);
  }

  /** Writes what there is by then, behind whatever is being written. */
  private save(): Promise<void> {
    const saved = this.saving.then(async () => {
      if (this.lost || !this.unsaved) return;
      this.unsaved = false;
      try {
        const work = { ...this.work, updatedAt: new Date().toISOString() };
        const stored = await this.tools.store.replace(this.stored, work);
        if (stored) this.stored = stored;
        else this.lost = true;
      } catch (error) {
        this.unsaved = true;
        throw error;
      }
    });
    this.saving = saved.catch(() => undefined);
    return saved;
  }
}

const isPassing = (error: unknown): boolean => speaks(error) && error.disposition === 'retry';

function said(error: unknown): { readonly code: string; readonly message: string } {
  if (speaks(error)) return { code: error.code, message: error.message };
  return { code: 'gateway/internal', message: 'the gateway failed on this run; its log tells more' };
}
