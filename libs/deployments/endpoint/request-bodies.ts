import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { FlagsBody, ScheduleBody } from '../spec-bodies.js';

const NAME = 64;
const USER = 200;

export class RefBody {
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME)
  readonly flow!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME)
  readonly name!: string;

  /** Another user's, where the caller may see everybody's. */
  @IsOptional()
  @IsString()
  @MaxLength(USER)
  readonly owner?: string;
}

export class ListBody {
  @IsOptional()
  @IsString()
  @MaxLength(NAME)
  readonly flow?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly tag?: string;

  @IsOptional()
  @IsBoolean()
  readonly paused?: boolean;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  readonly search?: string;

  @IsOptional()
  @IsString()
  @MaxLength(USER)
  readonly owner?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  readonly limit?: number;

  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly cursor?: string;
}

export class PutBody {
  /** Checked apart, so that its fields are named without a prefix. */
  @IsObject()
  readonly spec!: object;

  @IsOptional()
  @IsInt()
  @Min(0)
  readonly ifRevision?: number;

  @IsOptional()
  @IsBoolean()
  readonly ifAbsent?: boolean;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(USER)
  readonly owner?: string;
}

export class RemoveBody extends RefBody {
  @IsOptional()
  @IsInt()
  @Min(0)
  readonly ifRevision?: number;
}

export class RunBody extends RefBody {
  /** Laid over the deployment's own, field by field. */
  @IsOptional()
  @IsObject()
  readonly parameters?: Record<string, unknown>;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  readonly tags?: string[];

  @IsOptional()
  @ValidateNested()
  @Type(() => FlagsBody)
  readonly flags?: FlagsBody;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  readonly idempotencyKey?: string;
}

export class NextBody {
  @IsOptional()
  @ValidateNested()
  @Type(() => RefBody)
  readonly ref?: RefBody;

  @IsOptional()
  @ValidateNested()
  @Type(() => ScheduleBody)
  readonly schedule?: ScheduleBody;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  readonly count?: number;

  /** ISO instant. */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  readonly after?: string;
}

export class FiringsBody extends RefBody {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  readonly limit?: number;
}
