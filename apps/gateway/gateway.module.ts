import { Module } from '@nestjs/common';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { NatsConnection } from '@nats-io/transport-node';
import { FlowClient } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { Catalog, OperationClient } from '#libs/operations';
import type { RunLog } from '#libs/run-log';
import { ApprovalReader } from './approvals/approval-reader.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { ArtifactsController } from './artifacts/artifacts.controller.js';
import { AnalyticsController } from './analytics/analytics.controller.js';
import { Ask } from './asking/ask.js';
import { Broker } from './asking/broker.js';
import { BUCKETS } from './buckets.js';
import { BulkActions } from './bulk/bulk-actions.js';
import { BulkController } from './bulk/bulk.controller.js';
import { BulkEndpoint } from './bulk/bulk-endpoint.js';
import { BulkRuns } from './bulk/bulk-runs.js';
import { BulkStore } from './bulk/bulk-store.js';
import { BulkTargets } from './bulk/bulk-targets.js';
import { EventsController } from './events/events.controller.js';
import { RunHub } from './events/run-hub.js';
import { FlowRunReader } from './flow-runs/flow-run-reader.js';
import { FlowRunsController } from './flow-runs/flow-runs.controller.js';
import { RunPartsController } from './flow-runs/run-parts.controller.js';
import { SteeringController } from './flow-runs/steering.controller.js';
import { DependencyCheck } from './health/dependencies.js';
import { HealthController } from './health/health.controller.js';
import { RouteTable } from './http/route-table.js';
import { ApplicationsController } from './hunt/applications.controller.js';
import { DocumentsController } from './hunt/documents.controller.js';
import { JobsController } from './hunt/jobs.controller.js';
import { ProfileController } from './hunt/profile.controller.js';
import { SourcesController } from './hunt/sources.controller.js';
import { byHeaders, IDENTIFY } from './identity/identify.js';
import { IdentityGuard } from './identity/identity.guard.js';
import { LOG } from './log.js';
import { NATS } from './nats.js';
import { OperationsController } from './operations/operations.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { RUN_LOG } from './run-log.js';
import { StateController } from './state/state.controller.js';
import { TaskRunsController } from './task-runs/task-runs.controller.js';
import { WorkflowsController } from './workflows/workflows.controller.js';

/** What the gateway talks to; whoever makes the application opens and closes it. */
export interface Surroundings {
  readonly nats: NatsConnection;
  readonly log: RunLog;
  readonly catalog: Catalog;
  readonly routes: RouteTable;
  readonly logger: LoggerService;
}

@Module({})
export class GatewayModule {
  static with({ nats, log, catalog, routes, logger }: Surroundings): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [
        OperationsController,
        WorkflowsController,
        // Before those with an id in the same place.
        BulkController,
        FlowRunsController,
        SteeringController,
        RunPartsController,
        ApprovalsController,
        ArtifactsController,
        StateController,
        EventsController,
        TaskRunsController,
        AnalyticsController,
        JobsController,
        SourcesController,
        ProfileController,
        DocumentsController,
        ApplicationsController,
        HealthController,
      ],
      providers: [
        { provide: NATS, useValue: nats },
        { provide: RUN_LOG, useValue: log },
        { provide: LOG, useValue: logger },
        { provide: Catalog, useValue: catalog },
        { provide: RouteTable, useValue: routes },
        { provide: Broker, useValue: new Broker(nats) },
        { provide: OperationClient, useValue: new OperationClient({ nats, log, catalog }) },
        { provide: FlowClient, useValue: new FlowClient(nats, log) },
        { provide: BUCKETS, useValue: jetStreamBuckets(nats) },
        { provide: IDENTIFY, useValue: byHeaders },
        { provide: APP_GUARD, useClass: IdentityGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        Ask,
        ApprovalReader,
        FlowRunReader,
        BulkActions,
        BulkEndpoint,
        BulkRuns,
        BulkStore,
        BulkTargets,
        RunHub,
        DependencyCheck,
      ],
    };
  }
}
