import { AnalyticsFlows, AnalyticsOperations, AnalyticsRun, AnalyticsTrend } from './analytics.contract.js';
import { ListApprovals } from './approvals.contract.js';
import {
  CreateAlert,
  GetAlert,
  ListAlerts,
  ListIncidents,
  RemoveAlert,
  TestAlert,
} from './alerts.contract.js';
import { GetArchivedRun } from './archive.contract.js';
import { GetDeadLetter, ListDeadLetters, SettleDeadLetter } from './dead-letters.contract.js';
import { DocumentLineage, RunLineage } from './lineage.contract.js';
import { GetRebuild, StartRebuild } from './rebuild-state.contract.js';
import { GetArtifact, ListArtifacts } from './artifacts.contract.js';
import { GetFlowRun, ListFlowRuns } from './flow-runs.contract.js';
import { RebuildAudit } from './rebuild.contract.js';
import { GetLogStorage } from './log-storage.contract.js';
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
export {
  APPROVAL_SORTS,
  ListApprovals,
  ListApprovalsInput,
  ListApprovalsOutput,
} from './approvals.contract.js';
export { GetArchivedRun, GetArchivedRunInput, GetArchivedRunOutput } from './archive.contract.js';
export { toDeadLetterDto } from './dead-letter.mapper.js';
export {
  DEAD_LETTER_STATUSES,
  DeadLetterDto,
  GetDeadLetter,
  GetDeadLetterInput,
  ListDeadLetters,
  ListDeadLettersInput,
  ListDeadLettersOutput,
  SettleDeadLetter,
  SettleDeadLetterInput,
} from './dead-letters.contract.js';
export type { DeadLetterStatus } from './dead-letters.contract.js';
export {
  DocumentLineage,
  DocumentLineageInput,
  DocumentLineageOutput,
  LineageEntryDto,
  RunLineage,
  RunLineageInput,
  RunLineageOutput,
} from './lineage.contract.js';
export {
  GetRebuild,
  GetRebuildInput,
  RebuildStateDto,
  StartRebuild,
  StartRebuildInput,
} from './rebuild-state.contract.js';
export {
  ALERT_CHANNELS,
  ALERT_KINDS,
  AlertRefInput,
  AlertRuleDto,
  AlertTargetDto,
  CreateAlert,
  CreateAlertInput,
  GetAlert,
  INCIDENT_STATES,
  IncidentDto,
  ListAlerts,
  ListAlertsInput,
  ListAlertsOutput,
  ListIncidents,
  ListIncidentsInput,
  ListIncidentsOutput,
  RemoveAlert,
  RemoveAlertOutput,
  TestAlert,
  TestAlertOutput,
  TIMED_KINDS,
} from './alerts.contract.js';
export type { AlertChannel, AlertKind, MessageState } from './alerts.contract.js';
export { archivedPieces } from './archived-pieces.js';
export { GetLogStorage, GetLogStorageInput, GetLogStorageOutput } from './log-storage.contract.js';
export { ArtifactDataRefDto, ArtifactDto } from './artifact.dto.js';
export { toArtifactDto } from './artifact.mapper.js';
export {
  ARTIFACT_SORTS,
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
export {
  ListTaskLogs,
  TASK_LOG_SORTS,
  ListTaskLogsInput,
  ListTaskLogsOutput,
  TaskLogDto,
} from './task-logs.contract.js';
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
  GetArchivedRun,
  GetLogStorage,
  StartRebuild,
  GetRebuild,
  ListDeadLetters,
  GetDeadLetter,
  SettleDeadLetter,
  RunLineage,
  DocumentLineage,
  ListAlerts,
  GetAlert,
  CreateAlert,
  RemoveAlert,
  TestAlert,
  ListIncidents,
] as const;
