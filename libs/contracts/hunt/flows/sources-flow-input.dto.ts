import { ArrayNotEmpty, IsArray, IsIn, IsOptional } from 'class-validator';
import { KeywordList } from '../keyword-list.js';
import { SOURCE_NAMES, UNKNOWN_SOURCE } from '../source-names.js';
import type { SourceName } from '../source-names.js';
import { SearchFlowInput } from './search-flow-input.dto.js';

/** What every flow that searches several sources takes. */
export class SourcesFlowInput extends SearchFlowInput {
  /** A list, or comma-separated text; those that are on unless said otherwise. */
  @IsOptional()
  @KeywordList()
  @IsArray({ message: '$property must be a list of sources or comma-separated text' })
  @ArrayNotEmpty({ message: '$property must name at least one source, or be left out' })
  @IsIn(SOURCE_NAMES, { each: true, message: UNKNOWN_SOURCE })
  sources?: SourceName[];
}
