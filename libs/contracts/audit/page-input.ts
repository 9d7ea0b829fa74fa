import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsInstant } from '../is-instant.js';

/** Which part of a list is asked for. */
export class PageInput {
  /** How many items at most: 1 to 500, 50 unless said otherwise. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  /** `nextCursor` of the page before, with the same filters and sorting. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}

/** A span of time; either end may be open. */
export class TimeSpanInput {
  /** Made at or after this instant (ISO 8601). */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Made before this instant (ISO 8601). */
  @IsOptional()
  @IsInstant()
  to?: string;
}
