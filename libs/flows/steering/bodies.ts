import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

const NAME_LENGTH = 200;
const REASON_LENGTH = 2_000;

/** The bodies of the requests that steer a run. */

export class NoBody {}

export class ReasonBody {
  @IsOptional()
  @IsString()
  @MaxLength(REASON_LENGTH)
  readonly reason?: string;
}

export class SignalBody {
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME_LENGTH)
  readonly name!: string;

  @Allow()
  readonly payload?: unknown;

  @IsOptional()
  @IsString()
  @Matches(/^[\x21-\x7e]{1,128}$/, { message: 'expected 1 to 128 printable ASCII characters' })
  readonly id?: string;
}

export class ApproveBody {
  @IsOptional()
  @IsString()
  @MaxLength(NAME_LENGTH)
  readonly name?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  readonly step?: number;

  @IsBoolean()
  readonly approved!: boolean;

  @IsOptional()
  @IsString()
  @MaxLength(REASON_LENGTH)
  readonly comment?: string;

  @Allow()
  readonly payload?: unknown;
}

export class ResolutionBody {
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{1,128}$/, { message: 'expected the id of a task run' })
  readonly taskRunId!: string;

  @IsIn(['succeeded', 'failed', 'retry'])
  readonly as!: 'succeeded' | 'failed' | 'retry';

  /** Of a task that succeeded: what the flow gets. */
  @Allow()
  readonly result?: unknown;

  /** Of a task that failed. */
  @IsOptional()
  @IsString()
  @MaxLength(REASON_LENGTH)
  readonly message?: string;
}

export class ResumeBody {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => ResolutionBody)
  readonly resolutions?: ResolutionBody[];
}

export class RestartBody {
  @IsOptional()
  @IsInt()
  readonly fromStep?: number;

  @IsOptional()
  @IsObject()
  readonly input?: Record<string, unknown>;
}

export class StateBody {
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME_LENGTH)
  readonly name!: string;
}

export class SetStateBody extends StateBody {
  @Allow()
  readonly value?: unknown;
}
