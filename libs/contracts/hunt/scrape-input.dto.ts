import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { FitsInto } from './fits-into.js';
import { KeywordList } from './keyword-list.js';
import { SOURCE_NAMES, UNKNOWN_SOURCE } from './source-names.js';
import type { SourceName } from './source-names.js';
import { OwnedInput } from './owned-input.dto.js';

const MOST_PAGES = 50;
/** The gateway takes 5 MB and the broker 8 MB for a whole call; the rest of it needs some room. */
const MOST_BYTES = 4_000_000;
const WEB = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

/** What is looked for. A posting is found if it matches one of the keywords. */
export class ScrapeQuery {
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
}

/** A page that the person saved or pasted. */
export class SavedPageInput {
  @IsString()
  @IsNotEmpty()
  html: string;

  /** Where it was saved from: makes its links whole. */
  @IsOptional()
  @IsUrl(WEB, { message: '$property must be an http or https address' })
  url?: string;
}

const bringsPages = ({ urls, savedPages }: ScrapeInput): boolean =>
  (urls?.length ?? 0) + (savedPages?.length ?? 0) > 0;

/** How one source is searched. */
export class ScrapeInput extends OwnedInput {
  /** May be left out where urls or savedPages say what to read. */
  @ValidateIf((input: ScrapeInput) => input.query !== undefined || !bringsPages(input))
  @ValidateNested()
  @Type(() => ScrapeQuery)
  @IsDefined({ message: '$property must say what to look for: {keywords, location}' })
  query?: ScrapeQuery;

  /** Postings wanted at most: 1 to 1000. */
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 10;

  /** Read each posting's own page where the list does not tell all. */
  @IsBoolean()
  fetchDetails: boolean = true;

  /** Addresses that the person pasted, for sources that read pages. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PAGES)
  @IsUrl(WEB, { each: true, message: 'each address in $property must be an http or https address' })
  urls?: string[];

  /** Pages that the person saved, for sources that read pages: at most 50, and 4 MB of JSON in all. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PAGES)
  @FitsInto(MOST_BYTES, { message: '$property must be at most 4 MB in all: bring them in several calls' })
  @ValidateNested({ each: true })
  @Type(() => SavedPageInput)
  savedPages?: SavedPageInput[];

  /** Store nothing and ask nobody outside; saved pages are read. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

/** The same with the source as a field. */
export class ScrapeJobsInput extends ScrapeInput {
  @IsIn(SOURCE_NAMES, { message: UNKNOWN_SOURCE })
  source: SourceName;
}

/** One address, of whichever source. */
export class ScrapeUrlInput extends OwnedInput {
  /** Of an opening, or of an employer's whole board. */
  @IsUrl(WEB, { message: '$property must be an http or https address' })
  @MaxLength(2_000)
  url: string;

  /** Read each posting's own page where the board's list does not tell all. */
  @IsBoolean()
  fetchDetails: boolean = true;

  /** Say which source it would be; store nothing and ask nobody outside. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}
