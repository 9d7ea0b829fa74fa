import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsOptional, IsString, ValidateNested } from 'class-validator';

export const SOURCE_INPUTS = ['query', 'urls', 'savedPages'] as const;

export class SourceDto {
  /** As operations and flows name it. */
  @IsString()
  name: string;

  @IsString()
  title: string;

  @IsString()
  description: string;

  /** The operation that searches it. */
  @IsString()
  operation: string;

  /** Whether a search that names no sources asks it. */
  @IsBoolean()
  enabled: boolean;

  /** How to switch it on; null where it is on. */
  @IsOptional()
  @IsString()
  offBecause: string | null;

  /** What a search of it may bring along. */
  @IsArray()
  @IsIn(SOURCE_INPUTS, { each: true })
  takes: (typeof SOURCE_INPUTS)[number][];
}

export class ListSourcesInput {
  /** Only those that are on, or only those that are off. */
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}

export class ListSourcesOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => SourceDto)
  sources: SourceDto[];
}

export const ListSources = defineOperation({
  name: 'list_sources',
  service: 'scraper',
  category: 'scraping',
  stage: 'observe',
  description: 'List the places where openings are searched, and which of them are on',
  tags: ['scraping', 'sources'],
  permissions: ['jobs:read'],
  createTaskrun: false,
  timeoutMs: 10_000,
  input: ListSourcesInput,
  output: ListSourcesOutput,
});
