import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ListApprovals,
  ListApprovalsInput,
  ListArtifacts,
  ListArtifactsInput,
  ListFlowRuns,
  ListFlowRunsInput,
} from '#libs/contracts';
import type { ApprovalDto, ArtifactDto, FlowRunDto } from '#libs/contracts';
import { exportRun, viewRun } from '#libs/flows';
import type { RunExport } from '#libs/flows';
import { flowRunId } from '#libs/run-log';
import type { RunLog } from '#libs/run-log';
import { linkedApproval } from '../approvals/approvals.controller.js';
import type { Approval } from '../approvals/approvals.controller.js';
import { linkedArtifact } from '../artifacts/artifacts.controller.js';
import type { Artifact } from '../artifacts/artifacts.controller.js';
import { Ask } from '../asking/ask.js';
import { Broker } from '../asking/broker.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { RUN_LOG } from '../run-log.js';
import { FlowRunReader } from './flow-run-reader.js';
import { flowRunLinks } from './links.js';
import type { FlowRunLinks } from './links.js';
import { stepAnswer } from './step-answer.js';
import type { StepAnswer } from './step-answer.js';

const RUN = { name: 'id', description: 'Id of the flow run' };

/** What belongs to one flow run. */
@ApiTags('flow runs')
@Controller('flow-runs/:id')
export class RunPartsController {
  constructor(
    private readonly ask: Ask,
    private readonly broker: Broker,
    private readonly runs: FlowRunReader,
    @Inject(RUN_LOG) private readonly log: RunLog,
  ) {}

  @Get('steps')
  @ApiOperation({ summary: 'List what a flow run has asked for, step by step, as the log holds it' })
  @ApiParam(RUN)
  async steps(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<StepAnswer>> {
    const view = viewRun(await this.runs.history(id, caller));
    return pageOf(request, { items: (view?.steps ?? []).map(stepAnswer) });
  }

  @Get('artifacts')
  @ApiOperation({ summary: 'List what a flow run shows to people, the newest first' })
  @ApiParam(RUN)
  @ApiQueryOf(ListArtifactsInput, 'flowRunId')
  async artifacts(
    @Param('id', IdPipe) id: string,
    @ReadQuery(ListArtifactsInput) query: ListArtifactsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Artifact>> {
    const { items, nextCursor } = await this.ask.for(ListArtifacts, { ...query, flowRunId: id }, caller);
    if (items.length === 0) await this.runs.get(id, caller); // an unknown run is a 404, not an empty list
    return pageOf(request, { items: items.map((item: ArtifactDto) => linkedArtifact(item)), nextCursor });
  }

  @Get('approvals')
  @ApiOperation({ summary: 'List what a flow run has asked people, what is still open first' })
  @ApiParam(RUN)
  @ApiQueryOf(ListApprovalsInput, 'flowRunId')
  async approvals(
    @Param('id', IdPipe) id: string,
    @ReadQuery(ListApprovalsInput) query: ListApprovalsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Approval>> {
    const { items, nextCursor } = await this.ask.for(ListApprovals, { ...query, flowRunId: id }, caller);
    if (items.length === 0) await this.runs.get(id, caller);
    return pageOf(request, { items: items.map((item: ApprovalDto) => linkedApproval(item)), nextCursor });
  }

  @Get('children')
  @ApiOperation({ summary: 'List the flow runs that a flow run has started' })
  @ApiParam(RUN)
  @ApiQueryOf(ListFlowRunsInput, 'parentFlowRunId')
  async children(
    @Param('id', IdPipe) id: string,
    @ReadQuery(ListFlowRunsInput) query: ListFlowRunsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<FlowRunDto & { readonly links: FlowRunLinks }>> {
    const children = { ...query, parentFlowRunId: id };
    const { items, nextCursor } = await this.ask.for(ListFlowRuns, children, caller);
    if (items.length === 0) await this.runs.get(id, caller);
    const linked = items.map((run) => ({ ...run, links: flowRunLinks(run.id) }));
    return pageOf(request, { items: linked, nextCursor });
  }

  @Get('export')
  @ApiOperation({ summary: 'Give the whole history of a flow run, for a test that replays it' })
  @ApiParam(RUN)
  async export(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunExport> {
    await this.runs.history(id, caller);
    const exported = await this.broker.whileThere(`flow run ${id} cannot be read`, () =>
      exportRun(this.log, flowRunId(id)),
    );
    void reply.header('Content-Disposition', `attachment; filename="${id}.json"`);
    return exported;
  }
}
