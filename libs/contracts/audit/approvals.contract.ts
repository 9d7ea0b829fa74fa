import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsInstant } from '../is-instant.js';
import { IsOneOrMore } from '../is-one-or-more.js';
import type { OneOrMore } from '../is-one-or-more.js';
import { ApprovalDto } from './approval.dto.js';
import { PageInput } from './page-input.js';
import { ApprovalStatus } from './statuses.js';

/** Fields that approvals can be sorted by; unless said otherwise the pending ones come first, then the latest. */
export const APPROVAL_SORTS = ['requestedAt', '-requestedAt'] as const;

export class ListApprovalsInput extends PageInput {
  @IsOptional()
  @IsString()
  @MaxLength(128)
  flowRunId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  flow?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  name?: string;

  /** Any of these. */
  @IsOptional()
  @IsOneOrMore(Object.values(ApprovalStatus))
  status?: OneOrMore<ApprovalStatus>;

  /** On whose behalf the run runs; only for those who may see more than their own. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;

  /** Asked for at or after this instant. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Asked for before this instant. */
  @IsOptional()
  @IsInstant()
  to?: string;

  @IsOptional()
  @IsIn(APPROVAL_SORTS)
  sort?: (typeof APPROVAL_SORTS)[number];
}

export class ListApprovalsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ApprovalDto)
  items: ApprovalDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

export const ListApprovals = defineOperation({
  name: 'list_approvals',
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  description: 'List what flows have asked people, the pending ones first',
  tags: ['audit', 'approvals'],
  permissions: ['audit:read'],
  modelsIn: ['Approval'],
  createTaskrun: false,
  timeoutMs: 30_000,
  input: ListApprovalsInput,
  output: ListApprovalsOutput,
});
