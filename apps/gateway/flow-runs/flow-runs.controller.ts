import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ListFlowRuns, ListFlowRunsInput, ListTaskLogs, ListTaskLogsInput } from '#libs/contracts';
import type { FlowRunDto, TaskLogDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { FlowRunReader } from './flow-run-reader.js';
import { flowRunLinks } from './links.js';
import type { FlowRunLinks } from './links.js';
import { taskTree } from './task-tree.js';
import type { TaskNode } from './task-tree.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { FLOW_RUN, FLOW_RUN_WITH_TASKS, LOG_LINE } from './flow-run.shapes.js';

type FlowRun = FlowRunDto & { readonly links: FlowRunLinks };

@ApiTags('flow runs')
@Needs('audit:read')
@Controller('flow-runs')
export class FlowRunsController {
  constructor(
    private readonly ask: Ask,
    private readonly runs: FlowRunReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List flow runs' })
  @ApiQueryOf(ListFlowRunsInput)
  @ApiPage('FlowRunPage', FLOW_RUN)
  async list(
    @ReadQuery(ListFlowRunsInput) query: ListFlowRunsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<FlowRun>> {
    const { items, nextCursor } = await this.ask.for(ListFlowRuns, query, caller);
    const linked = items.map((run) => ({ ...run, links: flowRunLinks(run.id) }));
    return pageOf(request, { items: linked, nextCursor });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a flow run with the tree of its tasks' })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  @ApiAnswer(FLOW_RUN_WITH_TASKS)
  async get(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<FlowRun & { readonly taskTree: TaskNode[]; readonly taskTreeTruncated: boolean }> {
    const { run, tasks, truncated } = await this.runs.get(id, caller);
    return { ...run, taskTree: taskTree(tasks), taskTreeTruncated: truncated, links: flowRunLinks(id) };
  }

  @Get(':id/logs')
  @ApiOperation({ summary: 'List the lines that a flow run and its tasks have logged' })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  @ApiQueryOf(ListTaskLogsInput, 'flowRunId')
  @ApiPage('LogPage', LOG_LINE)
  async logs(
    @Param('id', IdPipe) id: string,
    @ReadQuery(ListTaskLogsInput) query: ListTaskLogsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<TaskLogDto>> {
    const list = await this.ask.for(ListTaskLogs, { ...query, flowRunId: id }, caller);
    if (list.items.length === 0) await this.runs.get(id, caller); // an unknown run is a 404, not an empty list
    return pageOf(request, list);
  }
}
