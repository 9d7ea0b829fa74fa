import type { Buckets, KeyValues } from '#libs/key-values';
import { partitionOf } from '#libs/run-log';
import type { FlowRunId, RunLog } from '#libs/run-log';
import { UNPARKER } from '../core/index.js';
import { park, PARKED_BUCKET, parkedRuns, unpark } from '../steering/parked-runs.js';
import type { FlowRegistry } from './registry.js';

/** Stands for the version of a run whose flow itself is not known. */
export const UNPINNED = 'unknown';

const RHYTHM_MS = 30_000;

export interface Parking {
  /** Notes that a run waits for its version. */
  park(flow: string, version: string, runId: FlowRunId): Promise<void>;
  /** The run goes on. */
  unpark(flow: string, version: string, runId: FlowRunId): Promise<void>;
}

/** Runs whose version no orchestrator has had so far. Whoever has it and their partition resumes them. */
export class ParkedRuns implements Parking {
  private readonly bucket: KeyValues;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    buckets: Buckets,
    private readonly log: RunLog,
    private readonly registry: FlowRegistry,
    private readonly warn: (message: string) => void,
  ) {
    this.bucket = buckets.open(PARKED_BUCKET);
  }

  async park(flow: string, version: string, runId: FlowRunId): Promise<void> {
    await park(this.bucket, { flow, version }, runId, Date.now());
  }

  async unpark(flow: string, version: string, runId: FlowRunId): Promise<void> {
    await unpark(this.bucket, { flow, version }, runId);
  }

  /**
   * Resumes the parked runs whose version is known here, now and from time to time: a run may be parked by an
   * orchestrator that lacks the version, and its partition come here, after this one has started. Runs of partitions
   * that others hold are left alone, for a word to an orchestrator that lacks the version only makes its log longer.
   */
  watch(holds: (partition: number) => boolean): void {
    const look = (): void => {
      this.resume(holds)
        .catch((error: unknown) => this.warn(`parked runs are not resumed: ${String(error)}`))
        .finally(() => {
          this.timer = this.timer && setTimeout(look, RHYTHM_MS).unref();
        });
    };
    this.timer = setTimeout(look, 0).unref();
  }

  /** Asks every parked run of these partitions whose version is known here to go on. */
  async resume(holds: (partition: number) => boolean): Promise<void> {
    for (const { contract } of this.registry.everything()) {
      const { name: flow, aliases } = contract;
      const versions = this.registry.versions(flow).map((version) => ({ flow, version }));
      const unpinned = [flow, ...aliases].map((said) => ({ flow: said, version: UNPINNED }));
      for (const waitedFor of [...versions, ...unpinned]) {
        for (const runId of await parkedRuns(this.bucket, waitedFor)) {
          if (!holds(partitionOf(runId))) continue;
          await this.log.request(runId, { type: 'ResumeRequested', actor: UNPARKER }, `unpark-${Date.now()}`);
        }
      }
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
