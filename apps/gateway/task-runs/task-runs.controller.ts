import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  GetTaskRun,
  ListTaskLogs,
  ListTaskLogsInput,
  ListTaskRuns,
  ListTaskRunsInput,
} from '#libs/contracts';
import type { TaskLogDto, TaskRunDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { LOG_LINE, TASK_RUN } from '../flow-runs/flow-run.shapes.js';

interface TaskRunLinks {
  readonly self: string;
  readonly logs: string;
  readonly flowRun?: string;
  readonly parent?: string;
}
type TaskRun = TaskRunDto & { readonly links: TaskRunLinks };

@ApiTags('task runs')
@Needs('audit:read')
@Controller('task-runs')
export class TaskRunsController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: 'List task runs: tasks of flows and direct calls' })
  @ApiQueryOf(ListTaskRunsInput)
  @ApiPage('TaskRunPage', TASK_RUN)
  async list(
    @ReadQuery(ListTaskRunsInput) query: ListTaskRunsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<TaskRun>> {
    const { items, nextCursor } = await this.ask.for(ListTaskRuns, query, caller);
    return pageOf(request, { items: items.map(linked), nextCursor });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get one task run' })
  @ApiParam({ name: 'id', description: 'Id of the task run' })
  @ApiAnswer(TASK_RUN)
  async get(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<TaskRun> {
    return linked(await this.ask.for(GetTaskRun, { taskRunId: id }, caller));
  }

  @Get(':id/logs')
  @ApiOperation({ summary: 'List the lines that a task run has logged' })
  @ApiParam({ name: 'id', description: 'Id of the task run' })
  @ApiQueryOf(ListTaskLogsInput, 'taskRunId')
  @ApiPage('LogPage', LOG_LINE)
  async logs(
    @Param('id', IdPipe) id: string,
    @ReadQuery(ListTaskLogsInput) query: ListTaskLogsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<TaskLogDto>> {
    const list = await this.ask.for(ListTaskLogs, { ...query, taskRunId: id }, caller);
    if (list.items.length === 0) await this.ask.for(GetTaskRun, { taskRunId: id }, caller);
    return pageOf(request, list);
  }
}

function linked(task: TaskRunDto): TaskRun {
  const self = `/task-runs/${task.id}`;
  return {
    ...task,
    links: {
      self,
      logs: `${self}/logs`,
      ...(task.flowRunId ? { flowRun: `/flow-runs/${task.flowRunId}` } : {}),
      ...(task.parentTaskRunId ? { parent: `/task-runs/${task.parentTaskRunId}` } : {}),
    },
  };
}
