import { randomUUID } from 'node:crypto';
import type { Key, KeyValues } from '#libs/key-values';
import { LostContactError } from '../stop-reasons.js';
import type { Stop } from '../stop.js';

const isConflict = (error: unknown): boolean => codeOf(error) === 'key-values/revision-conflict';
const isTaken = (error: unknown): boolean => codeOf(error) === 'key-values/key-exists';
const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;

/** One of a fixed number of places, held by one execution for as long as it renews it. */
export class SlotLease {
  private readonly timer: NodeJS.Timeout;
  private renewing: Promise<void> | undefined;
  private renewedAt = performance.now();

  private constructor(
    private readonly values: KeyValues,
    private readonly key: Key,
    private readonly mark: string,
    private revision: number,
    private readonly lifeMs: number,
    /** Stopped when the place is lost: somebody else is about to take it. */
    private readonly stop: Stop,
  ) {
    this.timer = setInterval(() => {
      this.renewing ??= this.renew().finally(() => (this.renewing = undefined));
    }, lifeMs / 3);
  }

  /** Takes a place that is free; undefined where it is not. */
  static async take(
    values: KeyValues,
    key: Key,
    holder: string,
    lifeMs: number,
    stop: Stop,
  ): Promise<SlotLease | undefined> {
    const mark = `${holder}#${randomUUID()}`;
    try {
      const revision = await values.create(key, mark, { ttlMs: lifeMs });
      return new SlotLease(values, key, mark, revision, lifeMs, stop);
    } catch (error) {
      if (isTaken(error)) return undefined;
      throw error;
    }
  }

  /** Frees the place. Where that cannot be told, its time runs out. */
  async giveBack(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
    await this.values.delete(this.key, { expected: this.revision }).catch(() => undefined);
  }

  private async renew(): Promise<void> {
    const asked = performance.now();
    try {
      this.revision = await this.values.put(this.key, this.mark, {
        expected: this.revision,
        ttlMs: this.lifeMs,
      });
      this.renewedAt = asked;
    } catch (error) {
      const silentMs = performance.now() - this.renewedAt;
      const lost = isConflict(error) ? !(await this.isOurs()) : false;
      if (lost || silentMs >= (this.lifeMs * 2) / 3) this.stop.abort(new LostContactError(silentMs));
    }
  }

  /** A renewal whose answer was lost has moved the revision on. */
  private async isOurs(): Promise<boolean> {
    const there = await this.values.get(this.key).catch(() => undefined);
    if (there?.value !== this.mark) return false;
    this.revision = there.revision;
    return true;
  }
}
