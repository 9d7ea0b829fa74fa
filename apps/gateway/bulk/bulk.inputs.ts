import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { FlowRunStatus, IsInstant, IsOneOrMore } from '#libs/contracts';
import type { OneOrMore } from '#libs/contracts';
import { BadBodyError } from '../problems/errors.js';

/** Which runs are meant, in the words of GET /flow-runs. All that is given must hold; something must be given. */
export class BulkFilter {
  @IsOptional()
  @IsString()
  @MaxLength(128)
  flow?: string;

  /** Any of these. */
  @IsOptional()
  @IsOneOrMore(Object.values(FlowRunStatus))
  status?: OneOrMore<FlowRunStatus>;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  tag?: string;

  /** Runs that this deployment started. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  deploymentId?: string;

  /** Runs that this run started. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  parentFlowRunId?: string;

  /** Whose; only for those who may see more than their own. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  userId?: string;

  /** Created at or after this instant. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Created before this instant. */
  @IsOptional()
  @IsInstant()
  to?: string;
}

export class BulkInput {
  @ValidateNested()
  @Type(() => BulkFilter)
  filter: BulkFilter;

  /** True: say how many runs it would be, and which come first, and do nothing. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;

  /** Kept with each run. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;
}

/** Fields that bulk work can be sorted by; a leading `-` means from the latest. */
export const BULK_SORTS = ['createdAt', '-createdAt'] as const;

/** Which part of the list is asked for, in the words of the other lists. */
export class ListBulkInput {
  /** How many items at most: 1 to 500, 50 unless said otherwise. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,128}$/, { message: 'must be the nextCursor of an earlier page' })
  cursor?: string;

  /** The latest first unless said otherwise. */
  @IsOptional()
  @IsIn(BULK_SORTS)
  sort?: (typeof BULK_SORTS)[number];
}

/** There is nothing to be said beside the id. */
export class StopInput {}

/** Throws BadBodyError on a filter that would mean all runs there are, or says null where it means nothing. */
export function checkFilter({ filter }: BulkInput): void {
  const said = Object.entries(filter);
  const empty = said.filter(([, value]) => value === null);
  if (empty.length > 0) {
    const message = 'expected a value: what does not matter is left out';
    throw new BadBodyError(empty.map(([name]) => ({ field: `filter.${name}`, value: null, message })));
  }
  if (said.some(([, value]) => value !== undefined)) return;
  const message = 'expected at least one field, for all runs are too many';
  throw new BadBodyError([{ field: 'filter', value: filter, message }]);
}
