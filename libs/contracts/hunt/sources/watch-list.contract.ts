import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { SOURCE_NAMES, UNKNOWN_SOURCE } from '../source-names.js';
import type { SourceName } from '../source-names.js';
import { WatchedEmployerDto } from './watched-employer.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

const shared = {
  service: 'scraper',
  category: 'scraping',
  tags: ['scraping', 'sources', 'watch-list'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

export class UnwatchEmployerInput extends OwnedInput {
  /** The address of the employer's board or of one of its openings; or the board's token, beside its source. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(2_000)
  board: string;

  /** May be left out where `board` is an address. */
  @IsOptional()
  @IsIn(SOURCE_NAMES, { message: UNKNOWN_SOURCE })
  source?: SourceName;
}

export class WatchEmployerInput extends UnwatchEmployerInput {
  /** What you call the employer: boards that do not say whose they are go by it. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name?: string;
}

export class WatchEmployerOutput {
  @IsBoolean()
  success: boolean;

  /** False where it was watched already. */
  @IsBoolean()
  added: boolean;

  @ValidateNested()
  @Type(() => WatchedEmployerDto)
  employer: WatchedEmployerDto;

  @IsBoolean()
  dryRun: boolean;
}

export class UnwatchEmployerOutput {
  @IsBoolean()
  success: boolean;

  @IsString()
  source: string;

  @IsString()
  board: string;

  @IsBoolean()
  dryRun: boolean;
}

export class ListWatchedEmployersInput extends OwnedInput {
  @IsOptional()
  @IsIn(SOURCE_NAMES, { message: UNKNOWN_SOURCE })
  source?: SourceName;
}

export class ListWatchedEmployersOutput {
  /** By source and board. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => WatchedEmployerDto)
  employers: WatchedEmployerDto[];
}

export const WatchEmployer = defineOperation({
  ...shared,
  name: 'watch_employer',
  stage: 'load',
  description: "Put an employer's board on the watch-list: every search of its source asks it from now on",
  permissions: ['jobs:write'],
  modelsOut: ['WatchedEmployer'],
  input: WatchEmployerInput,
  output: WatchEmployerOutput,
});

export const UnwatchEmployer = defineOperation({
  ...shared,
  name: 'unwatch_employer',
  stage: 'load',
  description: "Take an employer's board off the watch-list",
  permissions: ['jobs:write'],
  modelsOut: ['WatchedEmployer'],
  input: UnwatchEmployerInput,
  output: UnwatchEmployerOutput,
});

export const ListWatchedEmployers = defineOperation({
  ...shared,
  name: 'list_watched_employers',
  stage: 'observe',
  description: 'List the employers whose boards are watched, and how each last answered',
  permissions: ['jobs:read'],
  modelsIn: ['WatchedEmployer'],
  input: ListWatchedEmployersInput,
  output: ListWatchedEmployersOutput,
});
