import { IsBoolean, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

export class RetryBody {
  /** Runs an operation again that takes effect at most once. */
  @IsOptional()
  @IsBoolean()
  force?: boolean;

  /** Why; kept with the letter. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;
}

export class DropBody {
  /** Why it is not to be retried; kept with the letter. */
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  reason: string;
}
