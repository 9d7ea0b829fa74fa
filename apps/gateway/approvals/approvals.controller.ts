import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ListApprovals, ListApprovalsInput } from '#libs/contracts';
import type { ApprovalDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { ApprovalReader } from './approval-reader.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { APPROVAL } from './approval.shapes.js';

export type Approval = ApprovalDto & {
  readonly links: { readonly self: string; readonly flowRun: string; readonly answer: string };
};

export function linkedApproval(approval: ApprovalDto): Approval {
  const flowRun = `/flow-runs/${approval.flowRunId}`;
  const answer = `${flowRun}/approvals/${approval.step}`;
  return { ...approval, links: { self: `/approvals/${approval.id}`, flowRun, answer } };
}

@ApiTags('approvals')
@Needs('audit:read')
@Controller('approvals')
export class ApprovalsController {
  constructor(
    private readonly ask: Ask,
    private readonly approvals: ApprovalReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List what flow runs have asked people, what is still open first' })
  @ApiQueryOf(ListApprovalsInput)
  @ApiPage('ApprovalPage', APPROVAL)
  async list(
    @ReadQuery(ListApprovalsInput) query: ListApprovalsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Approval>> {
    const { items, nextCursor } = await this.ask.for(ListApprovals, query, caller);
    return pageOf(request, { items: items.map((item) => linkedApproval(item)), nextCursor });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get one approval with all that it shows' })
  @ApiParam({ name: 'id', description: 'Id of the approval: its run and step, as in `01JD2Z.4`' })
  @ApiAnswer(APPROVAL)
  async one(
    @Param('id') id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<Approval> {
    return linkedApproval(await this.approvals.get(id, caller));
  }
}
