import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
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
import { partOf, sortsOf } from '../http/part-of-list.js';
import type { Sorting } from '../http/part-of-list.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { PartQuery } from '../query/part-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { RUN_LOG } from '../run-log.js';
import { FlowRunReader } from './flow-run-reader.js';
import { flowRunLinks } from './links.js';
import type { FlowRunLinks } from './links.js';
import { stepAnswer } from './step-answer.js';
import type { StepAnswer } from './step-answer.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { APPROVAL, ARTIFACT } from '../approvals/approval.shapes.js';
import { FLOW_RUN, RUN_EXPORT, STEP } from './flow-run.shapes.js';

const RUN = { name: 'id', description: 'Id of the flow run' };

const STEPS: Sorting<StepAnswer> = {
  by: { number: ({ number }) => number },
  standard: 'number',
  idOf: ({ number }) => number,
};
const STEP_SORTS = sortsOf(Object.keys(STEPS.by));

export class StepsQuery extends PartQuery {
  @IsOptional()
  @IsIn(STEP_SORTS)
  sort?: string;
}

/** What belongs to one flow run. */
@ApiTags('flow runs')
@Needs('audit:read')
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
  @ApiQueryOf(StepsQuery)
  @ApiPage('StepPage', STEP)
  async steps(
    @Param('id', IdPipe) id: string,
    @ReadQuery(StepsQuery) query: StepsQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<StepAnswer>> {
    const view = viewRun(await this.runs.history(id, caller));
    return pageOf(request, partOf((view?.steps ?? []).map(stepAnswer), query, STEPS));
  }

  @Get('artifacts')
  @ApiOperation({ summary: 'List what a flow run shows to people, the newest first' })
  @ApiParam(RUN)
  @ApiQueryOf(ListArtifactsInput, 'flowRunId')
  @ApiPage('ArtifactPage', ARTIFACT)
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
  @ApiPage('ApprovalPage', APPROVAL)
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
  @ApiPage('FlowRunPage', FLOW_RUN)
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
  @ApiAnswer(RUN_EXPORT)
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
