import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, LoggerService, OnApplicationBootstrap } from '@nestjs/common';
import { monotonicFactory } from 'ulid';
import { maySee } from '#libs/contracts';
import { newTrace } from '#libs/telemetry';
import { Broker } from '../asking/broker.js';
import type { Caller } from '../identity/caller.js';
import { LOG } from '../log.js';
import { UnknownBulkError } from '../problems/errors.js';
import { BulkActions } from './bulk-actions.js';
import { listWork } from './bulk-list.js';
import type { BulkPage } from './bulk-list.js';
import { BulkStore } from './bulk-store.js';
import type { StoredWork } from './bulk-store.js';
import { BulkTargets } from './bulk-targets.js';
import type { BulkPreview } from './bulk-targets.js';
import { isOver, NOTHING_DONE } from './bulk-work.js';
import type { BulkActionName } from './bulk-work.js';
import type { BulkInput, ListBulkInput } from './bulk.inputs.js';
import { BulkWorker, LEASE_MS, leaseFor, stopped } from './bulk-worker.js';

const nextId = monotonicFactory();

/**
 * Does something to many runs. The work goes on whoever looks at it, and is kept outside this process: when its
 * gateway stops, dies or cannot go on for the moment, any that starts, is asked for it or looks around goes on.
 */
@Injectable()
export class BulkRuns implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly holder = randomUUID();
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, { readonly worker: BulkWorker; readonly over: Promise<void> }>();
  private adopting: Promise<void> | undefined;
  private lookingAround: NodeJS.Timeout | undefined;
  /** What need not be read again. */
  private over = new Set<string>();

  constructor(
    private readonly targets: BulkTargets,
    private readonly store: BulkStore,
    private readonly actions: BulkActions,
    private readonly broker: Broker,
    @Inject(LOG) private readonly logger: LoggerService,
  ) {}

  /** Aborted when this gateway stops. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  preview(action: BulkActionName, { filter }: BulkInput, caller: Caller): Promise<BulkPreview> {
    return this.targets.preview({ action, filter, before: new Date().toISOString() }, caller);
  }

  /** Begins; resolves once the work is kept, long before it is done. */
  async begin(action: BulkActionName, { filter, reason }: BulkInput, caller: Caller): Promise<StoredWork> {
    const createdAt = new Date().toISOString();
    const { count, skipped } = await this.targets.preview({ action, filter, before: createdAt }, caller);
    const stored = await this.broker.whileThere('the work cannot be kept', () =>
      this.store.create({
        id: nextId().toLowerCase(),
        action,
        filter,
        reason: reason ?? null,
        by: caller.actor,
        status: 'running',
        total: count + skipped,
        ...NOTHING_DONE,
        error: null,
        createdAt,
        updatedAt: createdAt,
        finishedAt: null,
        cursor: null,
        settled: NOTHING_DONE,
        holder: leaseFor(this.holder),
      }),
    );
    this.work(stored);
    return stored;
  }

  /** Lists the bulk work that the caller may see, the latest first. */
  list(input: ListBulkInput, { actor }: Caller): Promise<BulkPage> {
    return this.broker.whileThere('the list of bulk work cannot be read', () =>
      listWork(this.store, input, ({ by }) => maySee(actor, by)),
    );
  }

  /** Tells how far a piece of work is, and goes on with it where nobody does. Throws UnknownBulkError. */
  async look(id: string, caller: Caller): Promise<StoredWork> {
    return this.adopt(await this.find(id, caller));
  }

  /**
   * Lets a piece of work begin with no further run; what is over stays as it is. Who works on it, here or in another
   * gateway, ends what is in hand and says then how much was done. Throws UnknownBulkError.
   */
  async stop(id: string, caller: Caller): Promise<StoredWork> {
    for (;;) {
      const stored = await this.find(id, caller);
      if (stored.work.status !== 'running') return this.adopt(stored);
      const asked = await this.store.replace(stored, { ...stored.work, status: 'stopping' });
      if (!asked) continue; // Somebody has written meanwhile, a worker its progress most likely.
      this.running.get(id)?.worker.stop();
      return this.adopt(asked);
    }
  }

  onApplicationBootstrap(): void {
    this.lookAround();
    this.lookingAround = setInterval(() => this.lookAround(), LEASE_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.lookingAround);
    this.stopping.abort();
    await this.adopting;
    await Promise.all([...this.running.values()].map(({ over }) => over));
  }

  private async find(id: string, caller: Caller): Promise<StoredWork> {
    const stored = await this.broker.whileThere(`bulk work ${id} cannot be read`, () => this.store.get(id));
    if (!stored || !maySee(caller.actor, stored.work.by)) throw new UnknownBulkError(id);
    return stored;
  }

  private lookAround(): void {
    this.adopting ??= this.adoptAll()
      .catch((error: unknown) => {
        this.logger.warn(`bulk work that was left behind is not looked for: ${String(error)}`);
      })
      .finally(() => (this.adopting = undefined));
  }

  private async adoptAll(): Promise<void> {
    const ids = await this.store.ids();
    this.over = new Set(ids.filter((id) => this.over.has(id)));
    for (const id of ids) {
      if (this.signal.aborted) return;
      const stored = this.over.has(id) ? undefined : await this.store.get(id);
      if (stored && isOver(stored.work)) this.over.add(id);
      else if (stored) await this.adopt(stored);
    }
  }

  private async adopt(stored: StoredWork): Promise<StoredWork> {
    const { holder } = stored.work;
    const isHeld = holder !== null && Date.parse(holder.until) > Date.now();
    const isInHand = isHeld || this.running.has(stored.work.id);
    if (isOver(stored.work) || isInHand || this.signal.aborted) return stored;
    if (stored.work.status === 'stopping')
      return (await this.store.replace(stored, stopped(stored.work))) ?? stored;
    const taken = await this.store.replace(stored, { ...stored.work, holder: leaseFor(this.holder) });
    if (taken) this.work(taken);
    return taken ?? stored;
  }

  private work(stored: StoredWork): void {
    const { id, by: actor } = stored.work;
    const { store, targets, actions, holder } = this;
    const onTrouble = (error: unknown): void => void this.logger.warn(`bulk work ${id}: ${String(error)}`);
    const worker = new BulkWorker(
      { store, targets, actions, holder, onTrouble },
      stored,
      { actor, trace: newTrace() },
      this.signal,
    );
    const over = worker.run().finally(() => this.running.delete(id));
    this.running.set(id, { worker, over });
  }
}
