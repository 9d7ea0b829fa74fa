import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { OmitType } from '@nestjs/swagger';
import { MOST_PLANNED, ScheduleBody, SpecBody } from '#libs/deployments';
import { RunOptionsQuery } from '../query/run-options.js';

const USER = /^[A-Za-z0-9._@+-]{1,256}$/;
const USER_EXPECTED = { message: 'expected 1 to 256 letters, digits or . _ @ + -' };

/** Whose deployment is meant, where the caller may see everybody's. */
export class OwnerQuery {
  /** The caller, if left out. */
  @IsOptional()
  @Matches(USER, USER_EXPECTED)
  user?: string;
}

export class DeploymentsQuery extends OwnerQuery {
  /** Name or alias of a flow. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  flow?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  tag?: string;

  @IsOptional()
  @IsBoolean()
  paused?: boolean;

  /** Part of flow, name or description. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

export class NextQuery extends OwnerQuery {
  /** How many. */
  @IsInt()
  @Min(1)
  @Max(100)
  count: number = 5;

  /** An instant in ISO 8601; now, if left out. */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  after?: string;
}

export class FiringsQuery extends OwnerQuery {
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;
}

/** What a new deployment is to be. */
export class DeploymentBody extends SpecBody {}

/** The same, where the path names flow and name. */
export class ChangedDeploymentBody extends OmitType(SpecBody, ['flow', 'name'] as const) {}

export class RunNowQuery extends RunOptionsQuery {
  /** Whose deployment is meant; the caller's, if left out. */
  @IsOptional()
  @Matches(USER, USER_EXPECTED)
  user?: string;
}

export class RunNowBody {
  /** Laid over the deployment's own, field by field. */
  @IsOptional()
  @IsObject()
  parameters?: Record<string, unknown>;
}

export class NextOfBody {
  @ValidateNested()
  @Type(() => ScheduleBody)
  schedule: ScheduleBody;

  @IsInt()
  @Min(1)
  @Max(100)
  count: number = 5;

  /** An instant in ISO 8601; now, if left out. */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  after?: string;
}

export class PlanInput {
  /** Specifications, each as for POST /deployments. One that is wrong does not hide the others. */
  @IsArray()
  @ArrayMaxSize(MOST_PLANNED)
  @IsObject({ each: true })
  @Allow()
  deployments: object[];

  /** Which file they come from; kept with each that names none itself. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  source?: string;

  /** Plan the removal of those that came from the same source and are not in the list. */
  @IsBoolean()
  prune: boolean = false;
}

export class ApplyInput extends PlanInput {
  /** `hash` of a plan: nothing is done where the plan would be another by now. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  ifPlan?: string;
}
