import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { scopeOf, toApprovalDto } from '#libs/contracts';
import type { ListApprovalsInput, ListApprovalsOutput } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import { ApprovalRecord } from '../records/approval.record.js';
import { userFilter } from './scope.js';
import { anyOf, createdWithin, given } from './span.js';

const SORTS: Readonly<Record<string, string>> = { requestedAt: 'createdAt', '-requestedAt': '-createdAt' };

/** Reads what flows have asked people: of the asker's own runs, and what the asker may answer by name. */
@Injectable()
export class ApprovalsQuery {
  constructor(@InjectModel(ApprovalRecord.name) private readonly approvals: Model<ApprovalRecord>) {}

  list(input: ListApprovalsInput, actor: Actor): Promise<ListApprovalsOutput> {
    return readPage({
      model: this.approvals,
      filter: approvalFilter(input, actor),
      sort: SORTS[input.sort ?? ''] ?? '-listOrder',
      limit: input.limit,
      cursor: input.cursor,
      toDto: toApprovalDto,
    });
  }
}

export function approvalFilter(input: ListApprovalsInput, actor: Actor): QueryFilter<ApprovalRecord> {
  const me = scopeOf(actor);
  const byUser =
    me === undefined || input.user !== undefined
      ? userFilter(actor, input.user)
      : { $or: [{ 'actor.userId': me }, { approvers: me }] };
  return {
    ...given({
      flowRunId: input.flowRunId,
      flow: input.flow,
      name: input.name,
      status: anyOf(input.status),
    }),
    ...byUser,
    ...createdWithin(input.from, input.to),
  };
}
