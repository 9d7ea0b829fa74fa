import { IsInt, Max, Min } from 'class-validator';

/** How much of everything a run does. */
export class SizeInput {
  @IsInt()
  @Min(0)
  @Max(1_000)
  size: number;

  /** How long each operation takes, in milliseconds. */
  @IsInt()
  @Min(0)
  @Max(60_000)
  ms: number;
}
