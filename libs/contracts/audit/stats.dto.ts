import { IsInt, IsNumber, IsOptional } from 'class-validator';

/** How a set of executions went. Durations are milliseconds of finished ones; null where there is none. */
export class StatsDto {
  @IsInt()
  count: number;

  @IsInt()
  success: number;

  @IsInt()
  failed: number;

  @IsInt()
  cancelled: number;

  /** Neither succeeded, failed nor cancelled yet. */
  @IsInt()
  open: number;

  /** Successes (cached ones too) among what succeeded or failed, 0 to 1; null where nothing did. */
  @IsOptional()
  @IsNumber()
  successRate: number | null;

  @IsOptional()
  @IsNumber()
  meanMs: number | null;

  /** The smallest duration that at least 95 of 100 do not exceed. */
  @IsOptional()
  @IsNumber()
  p95Ms: number | null;
}
