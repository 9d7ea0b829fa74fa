import { Controller, Module } from '@nestjs/common';
import {
  AnalyticsFlows,
  GetArtifact,
  GetArtifactInput,
  ListApprovals,
  ListApprovalsInput,
  ListApprovalsOutput,
  ListArtifacts,
  ListArtifactsInput,
  ListArtifactsOutput,
  GetFlowRun,
  GetFlowRunInput,
  GetTaskRun,
  GetTaskRunInput,
  ListFlowRuns,
  ListFlowRunsInput,
  ListFlowRunsOutput,
  ListTaskLogs,
  ListTaskLogsOutput,
  ListTaskRuns,
  ListTaskRunsInput,
  ListTaskRunsOutput,
  AnalyticsFlowsOutput,
} from '#libs/contracts';
import type { ApprovalDto, FlowRunDto, TaskRunDto } from '#libs/contracts';
import { ArtifactDto } from '#libs/contracts';
import { Operation, RetryableError, startService, TerminalError } from '#libs/operations';
import type { RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';

/** What the stand-in for the audit holds; a test fills it. */
export class Records {
  readonly flowRuns = new Map<string, FlowRunDto>();
  readonly taskRuns = new Map<string, TaskRunDto>();
  readonly approvals: ApprovalDto[] = [];
  readonly artifacts: ArtifactDto[] = [];
  readonly asked: unknown[] = [];
  databaseGone = false;
}

function unknown(id: string): TerminalError {
  return new TerminalError('audit/not-found', `there is no record ${id}`);
}

/** Hosts the audit's reading contracts over records in memory. */
export function startRecords(nats: string, records: Records): Promise<RunningService> {
  @Controller()
  class RecordsController {
    @Operation(ListFlowRuns)
    listFlowRuns(input: ListFlowRunsInput): ListFlowRunsOutput {
      this.need();
      records.asked.push(input);
      if (input.cursor === 'torn')
        throw new TerminalError('operation/invalid-input', 'cursor: is no cursor', [
          { field: 'cursor', value: input.cursor, message: 'is no cursor' },
        ]);
      const items = [...records.flowRuns.values()].filter(
        (run) =>
          (input.status === undefined || run.status === input.status) &&
          (input.parentFlowRunId === undefined || run.parentFlowRunId === input.parentFlowRunId),
      );
      const limit = input.limit ?? 50;
      const nextCursor = items.length > limit ? 'next' : null;
      return { items: items.slice(0, limit), nextCursor };
    }

    @Operation(GetFlowRun)
    getFlowRun({ flowRunId }: GetFlowRunInput): FlowRunDto {
      this.need();
      const run = records.flowRuns.get(flowRunId);
      if (!run) throw unknown(flowRunId);
      return run;
    }

    @Operation(ListTaskRuns)
    listTaskRuns(input: ListTaskRunsInput): ListTaskRunsOutput {
      this.need();
      records.asked.push(input);
      const items = [...records.taskRuns.values()].filter((task) => task.flowRunId === input.flowRunId);
      return { items, nextCursor: null };
    }

    @Operation(GetTaskRun)
    getTaskRun({ taskRunId }: GetTaskRunInput): TaskRunDto {
      this.need();
      const task = records.taskRuns.get(taskRunId);
      if (!task) throw unknown(taskRunId);
      return task;
    }

    @Operation(ListApprovals)
    listApprovals({ flowRunId, status }: ListApprovalsInput): ListApprovalsOutput {
      this.need();
      const items = records.approvals.filter(
        (approval) =>
          (flowRunId === undefined || approval.flowRunId === flowRunId) &&
          (status === undefined || approval.status === status),
      );
      return { items, nextCursor: null };
    }

    @Operation(ListArtifacts)
    listArtifacts({ flowRunId }: ListArtifactsInput): ListArtifactsOutput {
      this.need();
      const items = records.artifacts.filter(
        (artifact) => flowRunId === undefined || artifact.flowRunId === flowRunId,
      );
      return { items, nextCursor: null };
    }

    @Operation(GetArtifact)
    getArtifact({ artifactId }: GetArtifactInput): ArtifactDto {
      this.need();
      const artifact = records.artifacts.find(({ id }) => id === artifactId);
      if (!artifact) throw unknown(artifactId);
      return artifact;
    }

    @Operation(ListTaskLogs)
    listTaskLogs(): ListTaskLogsOutput {
      this.need();
      return { items: [], nextCursor: null };
    }

    @Operation(AnalyticsFlows)
    analyticsFlows(input: object): AnalyticsFlowsOutput {
      this.need();
      records.asked.push(input);
      return { items: [] };
    }

    private need(): void {
      if (records.databaseGone)
        throw new RetryableError('mongo/unavailable', 'the database does not answer', 3_000);
    }
  }

  @Module({ controllers: [RecordsController] })
  class RecordsModule {}

  return startService({
    service: 'audit',
    module: RecordsModule,
    contracts: [
      ListFlowRuns,
      GetFlowRun,
      ListTaskRuns,
      GetTaskRun,
      ListTaskLogs,
      AnalyticsFlows,
      ListApprovals,
      ListArtifacts,
      GetArtifact,
    ],
    nats,
    logger: createLogger({ service: 'audit', level: 'silent' }),
  });
}
