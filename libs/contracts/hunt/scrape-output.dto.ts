import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Min,
  ValidateNested,
} from 'class-validator';

/** How one page came out. Four that stay apart, and `unreachable` for a page that never came. */
export const PAGE_OUTCOMES = ['results', 'no_results', 'blocked', 'schema_changed', 'unreachable'] as const;
export type PageOutcomeName = (typeof PAGE_OUTCOMES)[number];

export class ScrapedPage {
  /** Null in a dry run, in which pages are not kept. */
  @IsOptional()
  @IsString()
  pageId: string | null;

  /** Its address, or `saved:<name>`. */
  @IsString()
  url: string;

  @IsIn(['list', 'detail', 'saved'])
  kind: 'list' | 'detail' | 'saved';

  @IsIn(PAGE_OUTCOMES)
  outcome: PageOutcomeName;

  /** Postings on it that match the query. */
  @IsInt()
  @Min(0)
  found: number;

  /** HTTP status; null where no answer came and for saved pages. */
  @IsOptional()
  @IsInt()
  status: number | null;

  /** What went wrong; null where nothing did. */
  @IsOptional()
  @IsString()
  message: string | null;

  /** Whether asking again later may help. */
  @IsBoolean()
  retryable: boolean;

  /** What the board asked to wait, in milliseconds. */
  @IsOptional()
  @IsNumber()
  retryAfterMs: number | null;
}

export class ScrapeOutput {
  /** False where no page could be read; then `message` says why. */
  @IsBoolean()
  success: boolean;

  @IsString()
  source: string;

  @IsInt()
  @Min(0)
  jobsCreated: number;

  @IsInt()
  @Min(0)
  jobsUpdated: number;

  /** In a dry run: the ids that they would have. */
  @IsArray()
  @IsString({ each: true })
  jobIds: string[];

  /** Null in a dry run. */
  @IsOptional()
  @IsString()
  queryIndexId: string | null;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ScrapedPage)
  pages: ScrapedPage[];

  @IsBoolean()
  dryRun: boolean;

  @IsOptional()
  @IsString()
  message: string | null;
}
