import { setTimeout as pause } from 'node:timers/promises';
import { bulk } from '#libs/flows';
import type { Caller } from '../identity/caller.js';
import { speaks } from '../problems/problem.js';
import type { BulkActions } from './bulk-actions.js';
import type { BulkStore, StoredWork } from './bulk-store.js';
import type { BulkTargets } from './bulk-targets.js';
import { isOver, withDone, withFailure } from './bulk-work.js';
import type { Done, KeptWork } from './bulk-work.js';

/** Without a word for so long, another gateway may go on with the work, in milliseconds. */
export const LEASE_MS = 15_000;
const SAVE_EVERY_MS = 500;
const AT_ONCE = 16;
/** How long to wait for what does not answer, in milliseconds; then the work is left to whoever looks for such work next. */
const PATIENCE = [250, 1_000, 3_000, 10_000];

export interface BulkTools {
  readonly store: BulkStore;
  readonly targets: Pick<BulkTargets, 'page'>;
  readonly actions: Pick<BulkActions, 'do'>;
  /** Names this process. */
  readonly holder: string;
  /** Hears of what failed and is no part of the work's own record. */
  readonly onTrouble: (error: unknown) => void;
}

export const leaseFor = (id: string): NonNullable<KeptWork['holder']> => ({
  id,
  until: new Date(Date.now() + LEASE_MS).toISOString(),
});

/** The work as it is when nobody is left who could end it. */
export const stopped = (work: KeptWork): KeptWork => {
  const now = new Date().toISOString();
  return { ...work, status: 'stopped', holder: null, updatedAt: now, finishedAt: now };
};

/**
 * Does one piece of bulk work.
 *
 * 1. Only the holder of the lease works; a write that finds another's behind it ends the work here.
 * 2. What is kept names the page in hand and what stood before it. Whoever takes over does that page again, so an
 *    action must tell what it has done before.
 * 3. Who is asked to stop brings to an end what has begun, so that the counts are exact. Where another gateway was
 *    told, it stands in what is kept, which is looked at twice a second.
 * 4. What only fails for the moment is tried again; a run that stays behind is counted and the others go on.
 */
export class BulkWorker {
  private work: KeptWork;
  private readonly stopping = new AbortController();
  /** Nothing further is begun. */
  private readonly enough: AbortSignal;
  private unsaved = false;
  private lost = false;
  private beating = false;
  private saving: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tools: BulkTools,
    private stored: StoredWork,
    private readonly caller: Caller,
    private readonly signal: AbortSignal,
  ) {
    this.work = { ...stored.work, ...stored.work.settled };
    this.enough = AbortSignal.any([signal, this.stopping.signal]);
  }

  /** Lets nothing further be begun. */
  stop(): void {
    this.stopping.abort();
  }

  async run(): Promise<void> {
    const beat = setInterval(() => this.beat(), SAVE_EVERY_MS);
    try {
      while (!this.isLeft && !this.enough.aborted && !isOver(this.work)) await this.page();
    } catch (error) {
      if (!isPassing(error) && !this.stopping.signal.aborted) this.finish('failed', error);
      this.tools.onTrouble(error);
    } finally {
      clearInterval(beat);
      if (this.stopping.signal.aborted && !this.isLeft && !isOver(this.work)) this.finish('stopped');
      this.change({ holder: null });
      await this.patiently(() => this.save(), this.signal).catch(this.tools.onTrouble);
    }
  }

  private async page(): Promise<void> {
    const { action, filter, createdAt, cursor } = this.work;
    const { items, nextCursor } = await this.patiently(() =>
      this.tools.targets.page({ action, filter, before: createdAt }, cursor, this.caller),
    );
    const ids = items.map(({ id }) => id);
    const options = { concurrency: AT_ONCE, signal: this.enough };
    for await (const one of bulk(ids, (id) => this.one(id), options)) {
      if (this.lost) break;
      if ('error' in one) this.failed(one.runId, one.error);
      else this.change(withDone(this.work, one.runId, one.done));
    }
    if (this.isLeft || this.enough.aborted) return;
    const { done, skipped, failed, failures, leftAlone = [] } = this.work;
    this.change({ cursor: nextCursor, settled: { done, skipped, failed, failures, leftAlone } });
    if (nextCursor === null) this.finish('done');
    else await this.save().catch(this.tools.onTrouble);
  }

  private one(runId: string): Promise<Done> {
    return this.patiently(() => this.tools.actions.do(this.work, runId, this.caller));
  }

  private failed(runId: string, error: Error): void {
    if (!speaks(error)) this.tools.onTrouble(error);
    // What failed because the gateway stops is done by whoever goes on.
    if (!this.isLeft) this.change(withFailure(this.work, { runId, ...said(error) }));
  }

  private async patiently<T>(work: () => Promise<T>, until = this.enough): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const wait = PATIENCE[attempt];
        if (wait === undefined || !isPassing(error) || this.lost || until.aborted) throw error;
        await pause(wait, undefined, { signal: until }).catch(() => undefined);
      }
    }
  }

  /** Another goes on with it: one who has it already, or one who comes after this gateway. */
  private get isLeft(): boolean {
    return this.lost || this.signal.aborted;
  }

  private finish(status: 'done' | 'failed' | 'stopped', error?: unknown): void {
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
    if (this.beating) return;
    this.beating = true;
    void this.inTurn(() => (this.unsaved ? this.saveNow() : this.look()))
      .catch(this.tools.onTrouble)
      .finally(() => (this.beating = false));
  }

  /** Writes what there is by then, behind whatever is being written. */
  private save(): Promise<void> {
    return this.inTurn(() => this.saveNow());
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.saving.then(work);
    this.saving = done.catch(() => undefined);
    return done;
  }

  private async saveNow(): Promise<void> {
    if (this.lost || !this.unsaved) return;
    try {
      if (await this.write()) return;
      await this.look();
      if (!this.lost && !(await this.write())) this.lost = true;
    } catch (error) {
      this.unsaved = true;
      throw error;
    }
  }

  /** False where others have written since what was read. */
  private async write(): Promise<boolean> {
    const { status } = this.work;
    this.unsaved = false;
    const stored = await this.tools.store.replace(this.stored, {
      ...this.work,
      status: status === 'running' && this.stopping.signal.aborted ? 'stopping' : status,
      updatedAt: new Date().toISOString(),
    });
    if (stored) this.stored = stored;
    return stored !== undefined;
  }

  /** Reads what others have written: that the work is to be stopped, or is theirs by now. */
  private async look(): Promise<void> {
    const found = await this.tools.store.get(this.work.id);
    if (found?.revision === this.stored.revision) return;
    if (found?.work.status !== 'stopping' || found.work.holder?.id !== this.tools.holder) {
      this.lost = true;
      return;
    }
    this.stored = found;
    this.unsaved = true;
    this.stop();
  }
}

const isPassing = (error: unknown): boolean => speaks(error) && error.disposition === 'retry';

function said(error: unknown): { readonly code: string; readonly message: string } {
  if (speaks(error)) return { code: error.code, message: error.message };
  return { code: 'gateway/internal', message: 'the gateway failed on this run; its log tells more' };
}
