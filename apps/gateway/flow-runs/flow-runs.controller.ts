import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { ListFlowRuns, ListFlowRunsInput, ListTaskLogs, ListTaskLogsInput } from '#libs/contracts';
import type { FlowRunDto, TaskLogDto } from '#libs/contracts';
import { FlowClient } from '#libs/flows';
import { checkDto, sentenceOf, TerminalError } from '#libs/operations';
import { flowRunId } from '#libs/run-log';
import { Ask } from '../asking/ask.js';
import { Broker } from '../asking/broker.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { RunEndedError } from '../problems/errors.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { endOf } from '../events/end-of-run.js';
import { FlowRunReader } from './flow-run-reader.js';
import { flowRunLinks } from './links.js';
import type { FlowRunLinks } from './links.js';
import { taskTree } from './task-tree.js';
import type { TaskNode } from './task-tree.js';

export class CancelInput {
  /** Kept with the run. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;
}

type FlowRun = FlowRunDto & { readonly links: FlowRunLinks };

@ApiTags('flow runs')
@Controller('flow-runs')
export class FlowRunsController {
  constructor(
    private readonly ask: Ask,
    private readonly broker: Broker,
    private readonly runs: FlowRunReader,
    private readonly flows: FlowClient,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List flow runs' })
  @ApiQueryOf(ListFlowRunsInput)
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
  async get(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<FlowRun & { readonly taskTree: TaskNode[]; readonly taskTreeTruncated: boolean }> {
    const { run, tasks, truncated } = await this.runs.get(id, caller);
    return { ...run, taskTree: taskTree(tasks), taskTreeTruncated: truncated, links: flowRunLinks(id) };
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask a flow run to end' })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  async cancel(
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<{ readonly runId: string; readonly status: string; readonly links: FlowRunLinks }> {
    const checked = await checkDto(CancelInput, body ?? {});
    if (!checked.ok)
      throw new TerminalError(
        'operation/invalid-input',
        sentenceOf('the cancellation', checked.fields),
        checked.fields,
      );
    const history = await this.runs.history(id, caller);
    const end = endOf(history.events);
    if (end && end.status !== 'halted') throw new RunEndedError(id, end.status);
    const { run } = await this.runs.now(id, caller);
    const { reason } = checked.value;
    await this.broker.whileThere(`flow run ${id} cannot be cancelled`, () =>
      this.flows.cancel(flowRunId(id), { actor: caller.actor, ...(reason ? { reason } : {}) }),
    );
    return { runId: id, status: run.status, links: flowRunLinks(id) };
  }

  @Get(':id/logs')
  @ApiOperation({ summary: 'List the lines that a flow run and its tasks have logged' })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  @ApiQueryOf(ListTaskLogsInput, 'flowRunId')
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
