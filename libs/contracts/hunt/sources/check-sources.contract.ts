import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../../is-instant.js';
import { KeywordList } from '../keyword-list.js';
import { SOURCE_NAMES, UNKNOWN_SOURCE } from '../source-names.js';
import type { SourceName } from '../source-names.js';
import { OwnedInput } from '../owned-input.dto.js';

/** How a source stands: as it last answered, `unknown` where it was never asked, `off` where it is not on. */
export const SOURCE_STATES = ['ok', 'blocked', 'schema_changed', 'unreachable', 'unknown', 'off'] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

/** The ways in which a page comes to nothing. */
export const SOURCE_FAILURES = ['blocked', 'schema_changed', 'unreachable'] as const;
export type SourceFailureKind = (typeof SOURCE_FAILURES)[number];

export class SourceFailureDto {
  @IsIn(SOURCE_FAILURES)
  outcome: SourceFailureKind;

  @IsString()
  message: string;

  @IsInstant()
  at: string;
}

export class SourceHealthDto {
  /** As operations and flows name it. */
  @IsString()
  name: string;

  @IsString()
  title: string;

  @IsIn(SOURCE_STATES)
  state: SourceState;

  /** How to switch it on; null where it is on. */
  @IsOptional()
  @IsString()
  offBecause: string | null;

  /** Whether it was asked just now. */
  @IsBoolean()
  asked: boolean;

  @IsOptional()
  @IsInstant()
  lastAskedAt: string | null;

  @IsOptional()
  @IsInstant()
  lastSuccessAt: string | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => SourceFailureDto)
  lastFailure: SourceFailureDto | null;

  /** Times that it came to nothing since it last came through. */
  @IsInt()
  @Min(0)
  failuresInARow: number;

  /** Employers' boards that it asks; 0 for sources that have none. */
  @IsInt()
  @Min(0)
  boards: number;
}

export class CheckSourcesInput extends OwnedInput {
  /** A list, or comma-separated text; all unless said otherwise. */
  @IsOptional()
  @KeywordList()
  @IsArray({ message: '$property must be a list of sources or comma-separated text' })
  @ArrayNotEmpty({ message: '$property must name at least one source, or be left out' })
  @IsIn(SOURCE_NAMES, { each: true, message: UNKNOWN_SOURCE })
  sources?: SourceName[];

  /** Ask each that is on for a page; otherwise tell only what is remembered. */
  @IsBoolean()
  ask: boolean = true;
}

export class CheckSourcesOutput {
  /** Whether no source that is on is in trouble. */
  @IsBoolean()
  success: boolean;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => SourceHealthDto)
  sources: SourceHealthDto[];

  @IsBoolean()
  dryRun: boolean;
}

export const CheckSources = defineOperation({
  name: 'check_sources',
  service: 'scraper',
  category: 'scraping',
  stage: 'observe',
  description: 'Ask each source for a page, and tell how it stands and when it last came through',
  tags: ['scraping', 'sources'],
  permissions: ['jobs:read'],
  modelsOut: ['SourceHealth'],
  timeoutMs: 120_000,
  input: CheckSourcesInput,
  output: CheckSourcesOutput,
});
