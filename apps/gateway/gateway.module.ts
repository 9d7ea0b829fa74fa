import { Module } from '@nestjs/common';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { NatsConnection } from '@nats-io/transport-node';
import { archivedPieces } from '#libs/contracts';
import { DeploymentClient } from '#libs/deployments';
import { archiveInPieces, FlowClient } from '#libs/flows';
import type { Buckets } from '#libs/key-values';
import { Catalog, OperationClient } from '#libs/operations';
import { withArchive } from '#libs/run-log';
import type { RunLog } from '#libs/run-log';
import { AlertsController } from './alerts/alerts.controller.js';
import { ApprovalReader } from './approvals/approval-reader.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { ArtifactsController } from './artifacts/artifacts.controller.js';
import { AnalyticsController } from './analytics/analytics.controller.js';
import { Ask } from './asking/ask.js';
import { AuditController } from './audit/audit.controller.js';
import { ExportController } from './audit/export.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { LineageController } from './lineage/lineage.controller.js';
import { ReplayController } from './task-runs/replay.controller.js';
import { RunAgain } from './task-runs/run-again.js';
import { Broker } from './asking/broker.js';
import { BUCKETS } from './buckets.js';
import { BulkActions } from './bulk/bulk-actions.js';
import { BulkController } from './bulk/bulk.controller.js';
import { BulkEndpoint } from './bulk/bulk-endpoint.js';
import { BulkRuns } from './bulk/bulk-runs.js';
import { BulkStore } from './bulk/bulk-store.js';
import { BulkTargets } from './bulk/bulk-targets.js';
import { DeploymentPlans } from './deployments/deployment-plans.js';
import { DeploymentPlansController } from './deployments/deployment-plans.controller.js';
import { DeploymentVerbsController } from './deployments/deployment-verbs.controller.js';
import { DeploymentsController } from './deployments/deployments.controller.js';
import { EventsController } from './events/events.controller.js';
import { RunHub } from './events/run-hub.js';
import { FlowRunReader } from './flow-runs/flow-run-reader.js';
import { FlowRunsController } from './flow-runs/flow-runs.controller.js';
import { RunPartsController } from './flow-runs/run-parts.controller.js';
import { UndoController } from './flow-runs/undo.controller.js';
import { SteeringController } from './flow-runs/steering.controller.js';
import { DependencyCheck } from './health/dependencies.js';
import { GatewayLife } from './health/gateway-life.js';
import { HealthController } from './health/health.controller.js';
import { HookDeliveries } from './hooks/hook-deliveries.js';
import { HookSecrets } from './hooks/hook-secrets.js';
import { HooksController } from './hooks/hooks.controller.js';
import { RouteTable } from './http/route-table.js';
import { ApplicationsController } from './hunt/applications.controller.js';
import { DocumentsController } from './hunt/documents.controller.js';
import { JobsController } from './hunt/jobs.controller.js';
import { ProfileController } from './hunt/profile.controller.js';
import { SourcesController } from './hunt/sources.controller.js';
import type { Access } from './identity/access.js';
import { IDENTIFY } from './identity/identity.js';
import { IdentityGuard } from './identity/identity.guard.js';
import { MeController } from './identity/me.controller.js';
import { KeyRing } from './keys/key-ring.js';
import { KeysController } from './keys/keys.controller.js';
import { RateLimits } from './limits/rate-limits.js';
import { LOG } from './log.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { NATS } from './nats.js';
import { CatalogTexts } from './operations/catalog-texts.js';
import { KeptAnswers } from './operations/kept-answers.js';
import { OperationsController } from './operations/operations.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { RUN_LOG } from './run-log.js';
import { SaidEventsController } from './said-events/said-events.controller.js';
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
  readonly buckets: Buckets;
  readonly access: Access;
  readonly limits: RateLimits;
  readonly hookSecrets: HookSecrets;
}

@Module({})
export class GatewayModule {
  static with({
    nats,
    log,
    catalog,
    routes,
    logger,
    buckets,
    access,
    limits,
    hookSecrets,
  }: Surroundings): DynamicModule {
    const operations = new OperationClient({ nats, log, catalog });
    // Who looks at runs reads those too that the log no longer holds.
    const runs = withArchive(log, archiveInPieces(archivedPieces(operations)));
    return {
      module: GatewayModule,
      controllers: [
        OperationsController,
        WorkflowsController,
        // Before those with an id in the same place.
        BulkController,
        FlowRunsController,
        SteeringController,
        UndoController,
        RunPartsController,
        ApprovalsController,
        ArtifactsController,
        StateController,
        DeploymentsController,
        DeploymentPlansController,
        DeploymentVerbsController,
        SaidEventsController,
        HooksController,
        EventsController,
        TaskRunsController,
        ReplayController,
        DeadLettersController,
        LineageController,
        ExportController,
        AuditController,
        AlertsController,
        AnalyticsController,
        JobsController,
        SourcesController,
        ProfileController,
        DocumentsController,
        ApplicationsController,
        HealthController,
        MeController,
        KeysController,
        MetricsController,
      ],
      providers: [
        { provide: NATS, useValue: nats },
        { provide: RUN_LOG, useValue: runs },
        { provide: LOG, useValue: logger },
        { provide: Catalog, useValue: catalog },
        { provide: RouteTable, useValue: routes },
        { provide: Broker, useValue: new Broker(nats) },
        { provide: OperationClient, useValue: operations },
        { provide: FlowClient, useValue: new FlowClient(nats, runs) },
        { provide: DeploymentClient, useValue: new DeploymentClient(nats) },
        { provide: BUCKETS, useValue: buckets },
        { provide: IDENTIFY, useValue: access.identify },
        { provide: KeyRing, useValue: access.ring },
        { provide: RateLimits, useValue: limits },
        { provide: HookSecrets, useValue: hookSecrets },
        { provide: APP_GUARD, useClass: IdentityGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        Ask,
        CatalogTexts,
        KeptAnswers,
        RunAgain,
        ApprovalReader,
        FlowRunReader,
        DeploymentPlans,
        HookDeliveries,
        BulkActions,
        BulkEndpoint,
        BulkRuns,
        BulkStore,
        BulkTargets,
        RunHub,
        DependencyCheck,
        GatewayLife,
      ],
    };
  }
}
