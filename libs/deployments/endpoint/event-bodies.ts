import { Allow, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const ID = 128;
const SOURCE = 200;
/** What stands in a header, and what people read. */
const PRINTABLE = /^[\x20-\x7e]+$/;
const IN_PRINT = { message: 'expected printable characters of ASCII' };

export class EmitBody {
  @IsString()
  @IsNotEmpty()
  @MaxLength(SOURCE)
  readonly type!: string;

  /** Any JSON. */
  @Allow()
  readonly data: unknown;

  @IsOptional()
  @IsString()
  @Matches(PRINTABLE, IN_PRINT)
  @MaxLength(ID)
  readonly id?: string;

  @IsOptional()
  @IsString()
  @Matches(PRINTABLE, IN_PRINT)
  @MaxLength(SOURCE)
  readonly source?: string;
}

export class HooksBody {
  @IsString()
  @IsNotEmpty()
  @MaxLength(ID)
  readonly deploymentId!: string;
}

export class HookBody extends HooksBody {
  @IsString()
  @IsNotEmpty()
  @MaxLength(ID)
  readonly webhook!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(ID)
  readonly eventId!: string;

  @Allow()
  readonly data: unknown;
}
