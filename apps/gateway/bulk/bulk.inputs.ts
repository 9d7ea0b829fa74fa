import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { FlowRunStatus } from '#libs/contracts';
import { BadBodyError } from '../problems/errors.js';

/** Which runs are meant, in the words of GET /flow-runs. All that is given must hold; something must be given. */
export class BulkFilter {
  @IsOptional()
  @IsString()
  @MaxLength(128)
  flow?: string;

  @IsOptional()
  @IsIn(Object.values(FlowRunStatus))
  status?: FlowRunStatus;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  tag?: string;

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
  @IsISO8601({ strict: true })
  from?: string;

  /** Created before this instant. */
  @IsOptional()
  @IsISO8601({ strict: true })
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

/** There is nothing to be said beside the id. */
export class StopInput {}

/** Throws BadBodyError on a filter that would mean all runs there are. */
export function checkFilter({ filter }: BulkInput): void {
  if (Object.values(filter).some((value) => value !== undefined)) return;
  const message = 'expected at least one field, for all runs are too many';
  throw new BadBodyError([{ field: 'filter', value: filter, message }]);
}
