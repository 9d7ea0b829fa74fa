import { memoryBuckets } from '#libs/key-values';
import { connectRunLog, FencedOutError, millis } from '#libs/run-log';
import type {
  FlowRunId,
  JetStreamOptions,
  JetStreamRunLog,
  Outcome,
  PartitionHolder,
  RunEvent,
  RunLog,
  StoredInRun,
  Subscription,
  TaskScheduled,
} from '#libs/run-log';
import {
  startOrchestrator,
  type Orchestrator,
  type OrchestratorOptions,
} from '../orchestrator/orchestrator.js';
import type { FlowRegistry } from '../orchestrator/registry.js';

const silent = { warn: () => undefined, error: () => undefined };
const ENDS: readonly RunEvent['type'][] = ['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'RunHalted'];

/** One orchestrator with a connection of its own, as a process has. */
export interface CrewMember {
  readonly log: JetStreamRunLog;
  readonly orchestrator: Orchestrator;
  /** Resolves once the fence has refused a decision of its. */
  isRefused(): Promise<void>;
  /** Resolves once it works on so many partitions. */
  works(on: number): Promise<void>;
}

/** How every orchestrator of a crew goes about it. */
export type CrewSettings = Pick<OrchestratorOptions, 'replayAlways'>;

export interface MemberOptions extends JetStreamOptions {
  /** What the member takes for the log. */
  readonly over?: (log: RunLog) => RunLog;
}

/** Orchestrators over one broker, the service that does their tasks, and an eye on what is stored. */
export class Crew {
  /** Every task that was run, with how often. */
  readonly executed = new Map<string, number>();
  private readonly members: CrewMember[] = [];
  private readonly ends = new Map<FlowRunId, RunEvent>();
  private readonly buckets = memoryBuckets();
  private waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];
  private subscriptions: Subscription[] = [];

  private constructor(
    readonly log: JetStreamRunLog,
    private readonly registry: FlowRegistry,
    private readonly url: string,
    private readonly settings: CrewSettings,
  ) {}

  static async open(url: string, registry: FlowRegistry, settings: CrewSettings = {}): Promise<Crew> {
    const log = await connectRunLog({ servers: url, name: 'crew' });
    const crew = new Crew(log, registry, url, settings);
    const last = await log.info('RUN');
    const fromSeq = (last.lastSeq + 1) as typeof last.lastSeq;
    crew.subscriptions = [
      await log.watch('RUN', { fromSeq }, (stored) => crew.see(stored)),
      await log.serve(
        {
          service: 'sample',
          operation: 'echo',
          lane: 'normal',
          globalConcurrency: 200,
          slots: 100,
          ackWaitMs: millis(5_000),
        },
        async (delivery) => {
          await crew.work(delivery.runId, delivery.event);
          delivery.ack();
        },
      ),
    ];
    return crew;
  }

  async join({ over = (log) => log, ...options }: MemberOptions = {}): Promise<CrewMember> {
    const usual = { servers: this.url, name: 'member', memberLifeMs: 1_000, partitionAckWaitMs: 1_000 };
    const log = await connectRunLog({ ...usual, ...options });
    const held = new Set<number>();
    let refused = false;
    const observed = observing(log, {
      held,
      changed: () => this.wake(),
      refused: () => {
        refused = true;
        this.wake();
      },
    });
    const { registry, buckets, settings } = this;
    const parts = { log: over(observed), registry, buckets, logger: silent };
    const orchestrator = await startOrchestrator({ ...parts, ...settings });
    const member: CrewMember = {
      log,
      orchestrator,
      isRefused: () => this.until(() => refused),
      works: (on) => this.until(() => held.size === on),
    };
    this.members.push(member);
    return member;
  }

  /** Resolves once so many tasks were run. */
  hasExecuted(count: number): Promise<void> {
    return this.until(() => this.executed.size >= count);
  }

  /** Resolves with the events that ended these runs. */
  async ended(runIds: readonly FlowRunId[]): Promise<RunEvent[]> {
    await this.until(() => runIds.every((runId) => this.ends.has(runId)));
    return runIds.map((runId) => this.ends.get(runId)!);
  }

  async close(): Promise<void> {
    for (const { orchestrator, log } of this.members) {
      await orchestrator.close();
      await log.close();
    }
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
    await this.log.close();
  }

  private async work(runId: FlowRunId, event: TaskScheduled): Promise<void> {
    const { taskRunId, attempt, operation, input } = event;
    const key = `${taskRunId}/${attempt}`;
    this.executed.set(key, (this.executed.get(key) ?? 0) + 1);
    this.wake();
    const now = millis(Date.now());
    const outcome: Outcome = { status: 'success', result: input };
    const about = {
      taskRunId,
      attempt,
      operation,
      startedAt: now,
      finishedAt: now,
      deliveries: 1,
      by: 'crew',
    };
    await this.log.outcome(runId, { type: 'TaskFinished', ...about, outcome });
  }

  private see({ runId, event }: StoredInRun<RunEvent>): void {
    if (!ENDS.includes(event.type)) return;
    this.ends.set(runId, event);
    this.wake();
  }

  private async until(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((resolve) => this.waiting.push({ isMet, resolve }));
  }

  private wake(): void {
    this.waiting = this.waiting.filter(({ isMet, resolve }) => {
      if (isMet()) resolve();
      return !isMet();
    });
  }
}

interface Observer {
  readonly held: Set<number>;
  readonly changed: () => void;
  readonly refused: () => void;
}

/** The same log, of which it is told what partitions are held by it and what the fence refuses. */
function observing(log: JetStreamRunLog, { held, changed, refused }: Observer): RunLog {
  const decide: RunLog['decide'] = async (...said) => {
    try {
      return await log.decide(...said);
    } catch (error) {
      if (error instanceof FencedOutError) refused();
      throw error;
    }
  };
  const sharePartitions = (holder: PartitionHolder): Promise<Subscription> =>
    log.sharePartitions({
      take: async (partition) => {
        await holder.take(partition);
        held.add(partition);
        changed();
      },
      handOver: async (partition) => {
        await holder.handOver(partition);
        held.delete(partition);
        changed();
      },
      lose: (partition) => {
        holder.lose(partition);
        held.delete(partition);
        changed();
      },
      keepAlive: () => holder.keepAlive(),
    });
  return Object.create(log, {
    decide: { value: decide },
    sharePartitions: { value: sharePartitions },
  }) as RunLog;
}
