import { Controller, Inject } from '@nestjs/common';
import {
  AnalyticsFlows,
  AnalyticsOperations,
  AnalyticsRun,
  AnalyticsTrend,
  GetArtifact,
  GetFlowRun,
  GetTaskRun,
  ListApprovals,
  ListArtifacts,
  ListFlowRuns,
  ListTaskLogs,
  ListTaskRuns,
  RebuildAudit,
  scopeOf,
} from '#libs/contracts';
import type {
  AnalyticsFlowsInput,
  AnalyticsOperationsInput,
  AnalyticsRunInput,
  AnalyticsTrendInput,
  GetArtifactInput,
  GetFlowRunInput,
  GetTaskRunInput,
  ListApprovalsInput,
  ListArtifactsInput,
  ListFlowRunsInput,
  ListTaskLogsInput,
  ListTaskRunsInput,
  RebuildAuditInput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { AnalyticsQuery } from './analytics/analytics.query.js';
import { TrendQuery } from './analytics/trend.query.js';
import { AUDIT_PARTS } from './audit.config.js';
import type { AuditParts } from './audit.config.js';
import { AuditHost } from './audit.host.js';
import { ApprovalsQuery } from './queries/approvals.query.js';
import { ArtifactsQuery } from './queries/artifacts.query.js';
import { NotAllowedError } from './queries/errors.js';
import { FlowRunsQuery } from './queries/flow-runs.query.js';
import { TaskLogsQuery } from './queries/task-logs.query.js';
import { TaskRunsQuery } from './queries/task-runs.query.js';

/** The audit's operations. Every read is scoped by who asks. */
@Controller()
export class AuditOperations {
  constructor(
    private readonly flowRuns: FlowRunsQuery,
    private readonly taskRuns: TaskRunsQuery,
    private readonly taskLogs: TaskLogsQuery,
    private readonly artifacts: ArtifactsQuery,
    private readonly approvals: ApprovalsQuery,
    private readonly analytics: AnalyticsQuery,
    private readonly trends: TrendQuery,
    private readonly host: AuditHost,
    @Inject(AUDIT_PARTS) private readonly parts: AuditParts,
  ) {}

  @Operation(ListFlowRuns)
  listFlowRuns(input: ListFlowRunsInput, run: OperationRun) {
    return this.flowRuns.list(input, run.actor);
  }

  @Operation(GetFlowRun)
  getFlowRun(input: GetFlowRunInput, run: OperationRun) {
    return this.flowRuns.get(input.flowRunId, run.actor);
  }

  @Operation(ListTaskRuns)
  listTaskRuns(input: ListTaskRunsInput, run: OperationRun) {
    return this.taskRuns.list(input, run.actor);
  }

  @Operation(GetTaskRun)
  getTaskRun(input: GetTaskRunInput, run: OperationRun) {
    return this.taskRuns.get(input.taskRunId, run.actor);
  }

  @Operation(ListTaskLogs)
  listTaskLogs(input: ListTaskLogsInput, run: OperationRun) {
    return this.taskLogs.list(input, run.actor);
  }

  @Operation(ListArtifacts)
  listArtifacts(input: ListArtifactsInput, run: OperationRun) {
    return this.artifacts.list(input, run.actor);
  }

  @Operation(GetArtifact)
  getArtifact(input: GetArtifactInput, run: OperationRun) {
    return this.artifacts.get(input.artifactId, run.actor);
  }

  @Operation(ListApprovals)
  listApprovals(input: ListApprovalsInput, run: OperationRun) {
    return this.approvals.list(input, run.actor);
  }

  @Operation(AnalyticsFlows)
  analyticsFlows(input: AnalyticsFlowsInput, run: OperationRun) {
    return this.analytics.flows(input, run.actor);
  }

  @Operation(AnalyticsOperations)
  analyticsOperations(input: AnalyticsOperationsInput, run: OperationRun) {
    return this.analytics.operations(input, run.actor);
  }

  @Operation(AnalyticsRun)
  analyticsRun(input: AnalyticsRunInput, run: OperationRun) {
    return this.analytics.run(input.flowRunId, run.actor);
  }

  @Operation(AnalyticsTrend)
  analyticsTrend(input: AnalyticsTrendInput, run: OperationRun) {
    return this.trends.trend(input, run.actor, this.parts.clock.now());
  }

  @Operation(RebuildAudit)
  rebuildAudit(_input: RebuildAuditInput, run: OperationRun) {
    if (scopeOf(run.actor) !== undefined)
      throw new NotAllowedError('only an administrator may rebuild the audit');
    return this.host.rebuild();
  }
}
