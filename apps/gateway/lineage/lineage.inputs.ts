import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

class PartOfLineage {
  /** How many items at most: 1 to 500, 50 unless said otherwise. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}

export class RunLineageQuery extends PartOfLineage {
  /** Documents of this collection alone. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  collection?: string;
}

export class DocumentLineageQuery extends PartOfLineage {
  /** Whose; only for those who may see more than their own. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  user?: string;
}
