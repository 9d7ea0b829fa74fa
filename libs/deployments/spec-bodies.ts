import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MISSED, OVERLAP, type Missed, type Overlap } from './deployment.js';
import { TriggerBody } from './triggers/trigger-body.js';

const LONGEST_NAME = 64;
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const MOST_PLANNED = 1_000;
const MOST_TRIGGERS = 10;

/** How a schedule is written; which fields go together is checked apart. */
export class ScheduleBody {
  /** Five fields: minute, hour, day of month, month, day of week. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  readonly cron?: string;

  /** IANA name; UTC unless told otherwise. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  readonly timeZone?: string;

  @IsOptional()
  @IsNumber()
  readonly intervalSeconds?: number;

  /** ISO instant that the interval counts from. */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  readonly anchor?: string;
}

export class FlagsBody {
  @IsOptional()
  @IsBoolean()
  readonly dryRun?: boolean;

  @IsOptional()
  @IsBoolean()
  readonly testMode?: boolean;

  @IsOptional()
  @IsBoolean()
  readonly verbose?: boolean;
}

/** A specification as people write it. */
export class SpecBody {
  /** A flow's name or alias. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  readonly flow!: string;

  @IsString()
  @Matches(NAME, {
    message: 'expected 1 to 64 lower case letters, digits, - and _, the first a letter or digit',
  })
  readonly name!: string;

  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  readonly description?: string;

  /** The flow's input. */
  @IsOptional()
  @IsObject()
  readonly parameters?: Record<string, unknown>;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Matches(/^[^,\s][^,]{0,99}$/, { each: true, message: 'expected 1 to 100 characters without a comma' })
  readonly tags?: string[];

  @IsOptional()
  @ValidateNested()
  @Type(() => ScheduleBody)
  readonly schedule?: ScheduleBody;

  /** What starts a run of it beside its schedule. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_TRIGGERS)
  @ValidateNested({ each: true })
  @Type(() => TriggerBody)
  readonly triggers?: TriggerBody[];

  @IsOptional()
  @IsBoolean()
  readonly paused?: boolean;

  /** How many of its runs may be active at a time. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly concurrency?: number;

  @IsOptional()
  @IsIn(OVERLAP)
  readonly overlap?: Overlap;

  @IsOptional()
  @IsIn(MISSED)
  readonly missed?: Missed;

  @IsOptional()
  @ValidateNested()
  @Type(() => FlagsBody)
  readonly flags?: FlagsBody;

  /** Which file it is kept in: pruning by a file removes only what came from the same. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  readonly source?: string;
}

/** Checked one by one, so that one that is wrong does not hide the others. */
export class PlanBody {
  @IsArray()
  @ArrayMaxSize(MOST_PLANNED)
  @IsObject({ each: true })
  @Allow()
  readonly specs!: object[];

  @IsOptional()
  @IsBoolean()
  readonly prune?: boolean;
}
