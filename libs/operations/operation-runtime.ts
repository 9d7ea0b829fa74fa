import type { LoggerService } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import type { RunLog } from '#libs/run-log';
import { allowAll } from './authorize.js';
import type { Authorize } from './authorize.js';
import { Cancellations } from './cancellations.js';
import type { Catalog } from './catalog.js';
import type { OperationContract } from './contract.js';
import { DirectCalls, liveRunOf } from './direct-calls.js';
import { Heartbeat } from './heartbeat.js';
import { LocalOperations } from './local-operations.js';
import { OperationClient } from './operation-client.js';
import { processName } from './process-name.js';
import { Runner } from './runner.js';
import { TaskWorker } from './task-worker.js';

export interface RuntimeOptions {
  readonly service: string;
  /** All operations that the service owns. */
  readonly contracts: readonly OperationContract[];
  readonly nats: NatsConnection;
  readonly log: RunLog;
  readonly logger: LoggerService;
  readonly catalog?: Catalog;
  readonly authorize?: Authorize;
  /** How many tasks of one operation and lane this process works on at once; 32 by default. */
  readonly slots?: number;
  /** Without a heartbeat for so long the broker hands a task to another process; 30,000 ms by default. */
  readonly ackWaitMs?: number;
  /** How often an attempt may be handed out; 5 by default. */
  readonly deliveryLimit?: number;
  /** How long a handler that was told to stop may go on; 2,000 ms by default. */
  readonly stopGraceMs?: number;
  /** How long closing waits for what is in hand; 10,000 ms by default. */
  readonly graceMs?: number;
}

/** The parts of one service's operations, put together. Each service of a process has its own. */
export class OperationRuntime {
  readonly by: string;
  readonly slots: number;
  readonly ackWaitMs: number;
  readonly graceMs: number;
  readonly local = new LocalOperations();
  readonly cancellations = new Cancellations();
  readonly calls: DirectCalls;
  readonly worker: TaskWorker;
  readonly client: OperationClient;

  constructor(readonly options: RuntimeOptions) {
    const { service, nats, log, catalog, authorize = allowAll, logger, stopGraceMs = 2_000 } = options;
    this.by = processName(service);
    this.slots = options.slots ?? 32;
    this.ackWaitMs = options.ackWaitMs ?? 30_000;
    this.graceMs = options.graceMs ?? 10_000;
    const runner = new Runner({
      authorize,
      stopGraceMs,
      logger,
      surroundings: {
        callFrom: (parent, run, nth, contract, input) =>
          this.client.callFrom(parent, run, nth, contract, input),
        publishLive: (work, event) => {
          if (work.execution.createTaskrun) log.publishLive(liveRunOf(work), event, work.trace);
        },
      },
    });
    this.calls = new DirectCalls(log, runner, this.by, service);
    this.client = new OperationClient({
      nats,
      log,
      ...(catalog ? { catalog } : {}),
      local: { operations: this.local, calls: this.calls },
    });
    this.worker = new TaskWorker({
      log,
      runner,
      service,
      by: this.by,
      cancellations: this.cancellations,
      heartbeat: new Heartbeat(this.ackWaitMs, () => nats.flush()),
      deliveryLimit: options.deliveryLimit ?? 5,
      ackWaitMs: this.ackWaitMs,
    });
  }
}
