import { PARTITIONS } from '#libs/run-log';
import type { PartitionHolder, RunLog } from '#libs/run-log';
import type { ActorEnvironment } from './actor-environment.js';
import type { IdleRuns } from './idle-runs.js';
import type { Partition, TakenTriggers } from './partition.js';
import { Tenure } from './tenure.js';

/** The partitions that this process works on at present. */
export class HeldPartitions implements PartitionHolder {
  private readonly tenures = new Map<number, Tenure>();
  private readonly taken: readonly TakenTriggers[] = Array.from({ length: PARTITIONS }, () => new Map());

  constructor(
    private readonly log: RunLog,
    private readonly environment: Omit<ActorEnvironment, 'pause'>,
    private readonly idleRuns: IdleRuns,
  ) {}

  get numbers(): readonly number[] {
    return [...this.tenures.keys()].sort((a, b) => a - b);
  }

  get all(): readonly Partition[] {
    return [...this.tenures.values()].map(({ partition }) => partition);
  }

  async take(number: number): Promise<void> {
    const tenure = new Tenure(number, this.environment, this.taken[number]!, this.idleRuns);
    this.tenures.set(number, tenure);
    try {
      await tenure.begin(this.log);
    } catch (error) {
      this.end(tenure);
      throw error;
    }
  }

  async handOver(number: number): Promise<void> {
    const tenure = this.tenures.get(number);
    await tenure?.handOver();
    if (tenure) this.end(tenure);
  }

  lose(number: number): void {
    const tenure = this.tenures.get(number);
    tenure?.lose();
    if (tenure) this.end(tenure);
  }

  keepAlive(): void {
    for (const partition of this.all) partition.keepAlive();
  }

  private end(tenure: Tenure): void {
    if (this.tenures.get(tenure.number) === tenure) this.tenures.delete(tenure.number);
  }
}
