import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { KeywordList } from '../keyword-list.js';
import { OwnedInput } from '../owned-input.dto.js';

/** What every flow that searches takes. */
export class SearchFlowInput extends OwnedInput {
  /** A list, or comma-separated text. */
  @KeywordList()
  @IsArray({ message: '$property must be a list of words or comma-separated text' })
  @ArrayNotEmpty({ message: '$property must hold at least one word' })
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(200, { each: true })
  keywords: string[];

  /** A city, region or country as boards write it, or `remote`. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  location?: string;

  /** Read each posting's own page where the list does not tell all. */
  @IsBoolean()
  fetchDetails: boolean = true;

  /** Store nothing and ask nobody outside. */
  @IsBoolean()
  dryRun: boolean = false;
}
