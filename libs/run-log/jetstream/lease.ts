import { Kvm } from '@nats-io/kv';
import type { KV } from '@nats-io/kv';
import { nuid } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';

const BUCKET = 'LEASES';

/**
 * A lease that one process at a time holds, as a key that lives only as long as its holder renews it.
 * A holder counts itself out before the broker does, so that two never believe in it at once for long; what is
 * written under it must bear that short overlap.
 */
export class Lease {
  private readonly me = nuid.next();
  private revision = 0;
  private renewedAt = 0;

  private constructor(
    private readonly kv: KV,
    private readonly key: string,
    private readonly lifeMs: number,
  ) {}

  static async open(
    connection: NatsConnection,
    key: string,
    lifeMs: number,
    replicas: number,
  ): Promise<Lease> {
    const kv = await new Kvm(connection).create(BUCKET, { ttl: lifeMs, replicas, history: 1 });
    return new Lease(kv, key, lifeMs);
  }

  get held(): boolean {
    return this.revision > 0 && performance.now() - this.renewedAt < this.lifeMs * 0.7;
  }

  /** How often to renew, or to try again. */
  get rhythmMs(): number {
    return this.lifeMs / 4;
  }

  /** Takes the lease or keeps it; false when another holds it, or the broker does not answer. */
  async takeOrRenew(): Promise<boolean> {
    const asked = performance.now();
    try {
      this.revision =
        this.revision > 0
          ? await this.kv.update(this.key, this.me, this.revision)
          : await this.kv.create(this.key, this.me);
      this.renewedAt = asked;
    } catch {
      // Held by another, lost to another, or not answered: all the same to us, for nothing is ours unless we know it.
      if (!this.held) this.revision = 0;
      else await this.recover();
    }
    return this.held;
  }

  async giveBack(): Promise<void> {
    if (this.revision === 0) return;
    const { revision } = this;
    this.revision = 0;
    // Where it cannot be told, its time runs out.
    await this.kv.delete(this.key, { previousSeq: revision }).catch(() => undefined);
  }

  /** A renewal whose answer was lost has moved the revision on. */
  private async recover(): Promise<void> {
    const entry = await this.kv.get(this.key).catch(() => null);
    if (entry?.string() === this.me) this.revision = entry.revision;
    else if (entry) this.revision = 0;
  }
}
