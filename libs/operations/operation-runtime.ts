import type { LoggerService } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { jetStreamBuckets } from '#libs/key-values';
import type { Buckets } from '#libs/key-values';
import type { RunLog } from '#libs/run-log';
import { Admissions } from './admissions.js';
import { byGrants } from './authorize.js';
import type { Authorize } from './authorize.js';
import { Cancellations } from './cancellations.js';
import type { Catalog } from './catalog.js';
import type { OperationContract } from './contract.js';
import { DirectCalls, liveRunOf } from './direct-calls.js';
import { Heartbeat } from './heartbeat.js';
import { KeptResults } from './kept/kept-results.js';
import { LaneGate } from './limits/lane-gate.js';
import { Limiter } from './limits/limiter.js';
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
  /** Where limits, cached and named results are kept; on the broker by default. */
  readonly buckets?: Buckets;
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

/** Whoever waits for a value holds up a task that could go on without, or try again. */
const KEY_VALUES_PATIENCE = { attemptMs: 1_000, unavailableAfterMs: 3_000 };

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
    const { service, nats, log, catalog, authorize = byGrants, logger, stopGraceMs = 2_000 } = options;
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
    const buckets = options.buckets ?? jetStreamBuckets(nats, KEY_VALUES_PATIENCE);
    const admissions = new Admissions(
      runner,
      new LaneGate(buckets, this.ackWaitMs),
      new Limiter({ buckets, leaseMs: this.ackWaitMs }),
    );
    this.calls = new DirectCalls(log, runner, this.by, service, admissions);
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
      admissions,
      kept: new KeptResults(buckets, logger),
      heartbeat: new Heartbeat(this.ackWaitMs, () => nats.flush()),
      deliveryLimit: options.deliveryLimit ?? 5,
      ackWaitMs: this.ackWaitMs,
    });
  }
}
