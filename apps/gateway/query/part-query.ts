import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { MOST_ITEMS } from '../http/part-of-list.js';

/** Which part of a list is asked for; all of it, as far as there is room, unless said otherwise. */
export class PartQuery {
  /** How many items at most: 1 to 500. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_ITEMS)
  limit?: number;

  /** `nextCursor` of the page before, with the same filters and sorting. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}
