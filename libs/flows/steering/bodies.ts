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
  ValidateBy,
  ValidateNested,
} from 'class-validator';

const NAME_LENGTH = 200;
const REASON_LENGTH = 2_000;

/** The bodies of the requests that steer a run, by whatever way they come. */

export class NoBody {}

export class ReasonBody {
  /** Kept with the run. */
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

/** What is answered to an approval, whichever it is. */
export class AnswerBody {
  @IsBoolean()
  readonly approved!: boolean;

  /** For people; kept with the answer. */
  @IsOptional()
  @IsString()
  @MaxLength(REASON_LENGTH)
  readonly comment?: string;

  /** Any JSON; the flow gets it with the answer. */
  @IsOptional()
  @Allow()
  readonly payload?: unknown;
}

export class ApproveBody extends AnswerBody {
  @IsOptional()
  @IsString()
  @MaxLength(NAME_LENGTH)
  readonly name?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  readonly step?: number;

  /** False where no run is meant that goes on with the work of the one that is named. */
  @IsOptional()
  @IsBoolean()
  readonly follow?: boolean;
}

export class ResolutionBody {
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{1,128}$/, { message: 'expected the id of a task run' })
  readonly taskRunId!: string;

  /** `retry` says that it took no effect. */
  @IsIn(['succeeded', 'failed', 'retry'])
  readonly as!: 'succeeded' | 'failed' | 'retry';

  /** Of a task that succeeded: what the flow gets. Any JSON. */
  @IsOptional()
  @Allow()
  readonly result?: unknown;

  /** Of a task that failed: why. */
  @IsOptional()
  @IsString()
  @MaxLength(REASON_LENGTH)
  readonly message?: string;
}

export class ResumeBody {
  /** One for each task of which nobody knows whether it took effect. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => ResolutionBody)
  readonly resolutions?: ResolutionBody[];
}

export class RestartBody {
  /** The first step that is done anew; what had succeeded before it is kept. Every success is kept, if left out. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly fromStep?: number;

  /** The old run's, if left out. */
  @IsOptional()
  @IsObject()
  readonly input?: Record<string, unknown>;
}

export class UndoBody {
  /** Only tells what would be done. */
  @IsOptional()
  @IsBoolean()
  readonly preview?: boolean;
}

export class StateBody {
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME_LENGTH)
  readonly name!: string;
}

export class ResetStateBody extends StateBody {
  /** The revision that is to be there, `*` for any; nothing is changed where another one is. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  readonly ifRevision?: string;
}

export class SetStateBody extends ResetStateBody {
  /** Any JSON; null too is a value. */
  @ValidateBy({
    name: 'isGiven',
    validator: {
      validate: (value: unknown) => value !== undefined,
      defaultMessage: () => '$property is missing: expected any JSON, such as {"value": 7}',
    },
  })
  readonly value?: unknown;
}
