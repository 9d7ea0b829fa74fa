import { Controller, Module } from '@nestjs/common';
import {
  AnalyticsFlows,
  DeadLetterDto,
  DocumentLineage,
  DocumentLineageInput,
  DocumentLineageOutput,
  GetDeadLetter,
  GetDeadLetterInput,
  ListDeadLetters,
  ListDeadLettersInput,
  ListDeadLettersOutput,
  RunLineage,
  RunLineageInput,
  RunLineageOutput,
  SettleDeadLetter,
  SettleDeadLetterInput,
  GetArchivedRun,
  GetArchivedRunInput,
  GetArchivedRunOutput,
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
import type { OperationRun, RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';

/** What the stand-in for the audit holds; a test fills it. */
export class Records {
  readonly flowRuns = new Map<string, FlowRunDto>();
  readonly taskRuns = new Map<string, TaskRunDto>();
  readonly approvals: ApprovalDto[] = [];
  readonly artifacts: ArtifactDto[] = [];
  readonly deadLetters = new Map<string, DeadLetterDto>();
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
          (input.status === undefined || [input.status].flat().includes(run.status)) &&
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
          (status === undefined || [status].flat().includes(approval.status)),
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

    @Operation(GetArchivedRun)
    getArchivedRun({ flowRunId }: GetArchivedRunInput): GetArchivedRunOutput {
      throw unknown(flowRunId);
    }

    @Operation(ListDeadLetters)
    listDeadLetters(input: ListDeadLettersInput): ListDeadLettersOutput {
      records.asked.push(input);
      return { items: [...records.deadLetters.values()], nextCursor: null };
    }

    @Operation(GetDeadLetter)
    getDeadLetter({ deadLetterId }: GetDeadLetterInput): DeadLetterDto {
      const letter = records.deadLetters.get(deadLetterId);
      if (!letter) throw unknown(deadLetterId);
      return letter;
    }

    @Operation(SettleDeadLetter)
    settleDeadLetter(input: SettleDeadLetterInput, run: OperationRun): DeadLetterDto {
      const letter = this.getDeadLetter(input);
      const { as, reason = null, retryTaskRunId = letter.retryTaskRunId, after } = input;
      if (after === undefined ? letter.status !== 'open' : letter.retryTaskRunId !== after)
        throw new TerminalError('audit/settled', `the dead letter ${letter.id} was ${letter.status} before`);
      const { userId, channel } = run.actor;
      const settled = { ...letter, status: as, reason, retryTaskRunId, settledBy: { userId, channel } };
      records.deadLetters.set(letter.id, settled);
      return settled;
    }

    @Operation(DocumentLineage)
    documentLineage(input: DocumentLineageInput): DocumentLineageOutput {
      records.asked.push(input);
      return { items: [], nextCursor: null };
    }

    @Operation(RunLineage)
    runLineage(input: RunLineageInput): RunLineageOutput {
      records.asked.push(input);
      return { items: [], nextCursor: null, truncated: false };
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
      GetArchivedRun,
      ListDeadLetters,
      GetDeadLetter,
      SettleDeadLetter,
      DocumentLineage,
      RunLineage,
    ],
    nats,
    logger: createLogger({ service: 'audit', level: 'silent' }),
  });
}
