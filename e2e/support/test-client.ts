import { GetFlowRun, ListTaskRuns, type TaskRunDto } from '#libs/contracts';
import { FlowClient } from '#libs/flows';
import { Catalog, OperationClient, type OperationContract } from '#libs/operations';
import {
  connectRunLog,
  streamSeq,
  type FlowRunId,
  type JetStreamRunLog,
  type RunEvent,
  type StoredInRun,
} from '#libs/run-log';

const actor = { userId: 'local', channel: 'api' } as const;
const ENDS: readonly string[] = ['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'RunHalted'];

/** What a test says to the services: as the gateway would, over the broker alone. */
export class TestClient {
  private constructor(
    readonly log: JetStreamRunLog,
    private readonly catalog: Catalog,
    private readonly flows: FlowClient,
    private readonly operations: OperationClient,
  ) {}

  static async connect(natsUrl: string): Promise<TestClient> {
    const log = await connectRunLog({ servers: natsUrl, name: 'e2e' });
    const catalog = await Catalog.open(log.connection);
    return new TestClient(
      log,
      catalog,
      new FlowClient(log.connection, log),
      new OperationClient({ nats: log.connection, log, catalog }),
    );
  }

  start(flow: string, input: object, idempotencyKey?: string) {
    return this.flows.start(flow, input, { actor, ...(idempotencyKey ? { idempotencyKey } : {}) });
  }

  ask<I extends object, O extends object>(contract: OperationContract<I, O>, input: I): Promise<O> {
    return this.operations.call(contract, input, { actor });
  }

  /** The records of a run's tasks, once the audit has seen the end of the run and of each of them. */
  async auditedTasks(runId: FlowRunId): Promise<TaskRunDto[]> {
    for (;;) {
      const run = await this.ask(GetFlowRun, { flowRunId: runId }).catch(() => undefined);
      if (!run?.finishedAt) continue;
      const { items } = await this.ask(ListTaskRuns, { flowRunId: runId, limit: 50 });
      // Runs and tasks are written side by side: the one may be there a moment before the other.
      if (items.length === run.tasks.total && items.every(({ finishedAt }) => finishedAt)) return items;
    }
  }

  /** Resolves with the run's first event that `wanted` accepts. */
  async until(runId: FlowRunId, wanted: (event: RunEvent) => boolean): Promise<StoredInRun<RunEvent>> {
    let found!: (stored: StoredInRun<RunEvent>) => void;
    const match = new Promise<StoredInRun<RunEvent>>((resolve) => (found = resolve));
    const viewer = await this.log.watch('RUN', { runId, fromSeq: streamSeq(1) }, (stored) => {
      if (wanted(stored.event)) found(stored);
    });
    try {
      return await match;
    } finally {
      await viewer.close();
    }
  }

  /** Resolves with how the run ended. */
  async ended(runId: FlowRunId): Promise<RunEvent> {
    return (await this.until(runId, ({ type }) => ENDS.includes(type))).event;
  }

  async close(): Promise<void> {
    await this.catalog.close();
    await this.log.close();
  }
}
