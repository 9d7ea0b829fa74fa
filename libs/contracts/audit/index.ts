import { AnalyticsFlows, AnalyticsOperations, AnalyticsRun, AnalyticsTrend } from './analytics.contract.js';
import { ListApprovals } from './approvals.contract.js';
import { GetArtifact, ListArtifacts } from './artifacts.contract.js';
import { GetFlowRun, ListFlowRuns } from './flow-runs.contract.js';
import { RebuildAudit } from './rebuild.contract.js';
import { ListTaskLogs } from './task-logs.contract.js';
import { GetTaskRun, ListTaskRuns } from './task-runs.contract.js';

export {
  AnalyticsFlows,
  AnalyticsFlowsInput,
  AnalyticsFlowsOutput,
  AnalyticsOperations,
  AnalyticsOperationsInput,
  AnalyticsOperationsOutput,
  AnalyticsRun,
  AnalyticsRunInput,
  AnalyticsRunOutput,
  AnalyticsTrend,
  AnalyticsTrendInput,
  AnalyticsTrendOutput,
  FlowStatsDto,
  OperationStatsDto,
  RunOperationDto,
  TrendPointDto,
} from './analytics.contract.js';
export { ApprovalDto } from './approval.dto.js';
export { toApprovalDto } from './approval.mapper.js';
export { ListApprovals, ListApprovalsInput, ListApprovalsOutput } from './approvals.contract.js';
export { ArtifactDataRefDto, ArtifactDto } from './artifact.dto.js';
export { toArtifactDto } from './artifact.mapper.js';
export {
  GetArtifact,
  GetArtifactInput,
  ListArtifacts,
  ListArtifactsInput,
  ListArtifactsOutput,
} from './artifacts.contract.js';
export { FlowRunDto } from './flow-run.dto.js';
export { toFlowRunDto, withTaskNames } from './flow-run.mapper.js';
export {
  FLOW_RUN_SORTS,
  GetFlowRun,
  GetFlowRunInput,
  ListFlowRuns,
  ListFlowRunsInput,
  ListFlowRunsOutput,
} from './flow-runs.contract.js';
export { RebuildAudit, RebuildAuditInput, RebuildAuditOutput } from './rebuild.contract.js';
export {
  ActorDto,
  AttemptDto,
  ErrorDto,
  ErrorItemDto,
  LogEntryDto,
  ProgressDto,
  ResolutionDto,
  ResultRefDto,
  RunFlagsDto,
  RunMetadataDto,
  TaskCountsDto,
} from './record-parts.dto.js';
export { CancellingDto, CompensatingDto, HaltDto, PauseDto, ResumedDto } from './run-course.dto.js';
export { maySee, scopeOf } from './scope.js';
export { StatsDto } from './stats.dto.js';
export { ApprovalStatus, ARTIFACT_KINDS, FlowRunStatus, TaskRunStatus, WaitKind } from './statuses.js';
export { ListTaskLogs, ListTaskLogsInput, ListTaskLogsOutput, TaskLogDto } from './task-logs.contract.js';
export { TaskRunDto } from './task-run.dto.js';
export { toLogEntryDto, toTaskRunDto } from './task-run.mapper.js';
export {
  GetTaskRun,
  GetTaskRunInput,
  ListTaskRuns,
  ListTaskRunsInput,
  ListTaskRunsOutput,
  TASK_RUN_SORTS,
} from './task-runs.contract.js';

export { FlowWaitDto } from './wait.dto.js';

/** Every operation of the service `audit`. */
export const AUDIT_CONTRACTS = [
  ListFlowRuns,
  GetFlowRun,
  ListTaskRuns,
  GetTaskRun,
  ListTaskLogs,
  ListArtifacts,
  GetArtifact,
  ListApprovals,
  AnalyticsFlows,
  AnalyticsOperations,
  AnalyticsRun,
  AnalyticsTrend,
  RebuildAudit,
] as const;
