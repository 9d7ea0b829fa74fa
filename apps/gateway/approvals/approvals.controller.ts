import { Controller, Get, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ListApprovals, ListApprovalsInput } from '#libs/contracts';
import type { ApprovalDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';

export type Approval = ApprovalDto & {
  readonly links: { readonly flowRun: string; readonly answer: string };
};

export function linkedApproval(approval: ApprovalDto): Approval {
  const flowRun = `/flow-runs/${approval.flowRunId}`;
  return { ...approval, links: { flowRun, answer: `${flowRun}/approvals/${approval.step}` } };
}

@ApiTags('approvals')
@Controller('approvals')
export class ApprovalsController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: 'List what flow runs have asked people, what is still open first' })
  @ApiQueryOf(ListApprovalsInput)
  async list(
    @ReadQuery(ListApprovalsInput) query: ListApprovalsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Approval>> {
    const { items, nextCursor } = await this.ask.for(ListApprovals, query, caller);
    return pageOf(request, { items: items.map((item) => linkedApproval(item)), nextCursor });
  }
}
