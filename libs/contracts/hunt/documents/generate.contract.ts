import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { DOCUMENT_LANGUAGES } from './document.dto.js';
import type { DocumentLanguage } from './document.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

const TEMPLATE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const NOT_A_NAME = {
  message: '$property must be the name of a template, such as default; see list_templates',
};

export class GenerateCvInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  @Matches(TEMPLATE_NAME, NOT_A_NAME)
  cvTemplate: string = 'default';

  /** The posting's own where it is one of these, else English. */
  @IsOptional()
  @IsIn(DOCUMENT_LANGUAGES)
  language?: DocumentLanguage;
}

/** A paragraph in the person's own words. */
export class ParagraphDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(4_000)
  text: string;

  /** Where in the résumé what it says is found, such as `work[0].summary`. */
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  sources: string[] = [];
}

export class GenerateLetterInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;

  @Matches(TEMPLATE_NAME, NOT_A_NAME)
  letterTemplate: string = 'default';

  /** The posting's own where it is one of these, else English. */
  @IsOptional()
  @IsIn(DOCUMENT_LANGUAGES)
  language?: DocumentLanguage;

  /** Stand in place of what is made of the profile; each must name its sources. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => ParagraphDto)
  paragraphs?: ParagraphDto[];
}

class GeneratedOutput {
  @IsBoolean()
  success: boolean;

  /** For `get_document`; null in a dry run. */
  @IsOptional()
  @IsString()
  documentId: string | null;

  /** Of the PDF's bytes, in hex. */
  @IsString()
  sha256: string;

  /** How many sentences state a fact about the person; each names its sources in the document. */
  @IsInt()
  claims: number;

  /** Of the PDF. */
  @IsInt()
  pages: number;

  @IsIn(DOCUMENT_LANGUAGES)
  language: DocumentLanguage;

  @IsInt()
  profileVersion: number;

  /** What a careful reader should look at. */
  @IsArray()
  @IsString({ each: true })
  warnings: string[];

  @IsString()
  message: string;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

export class GenerateCvOutput extends GeneratedOutput {
  /** Null in a dry run. */
  @IsOptional()
  @IsString()
  cvId: string | null;
}

export class GenerateLetterOutput extends GeneratedOutput {
  /** Null in a dry run. */
  @IsOptional()
  @IsString()
  letterId: string | null;
}

const shared = {
  service: 'documents',
  category: 'documents',
  stage: 'transform',
  permissions: ['documents:write'],
  modelsIn: ['Profile', 'Job'],
  timeoutMs: 60_000,
} as const;

/**
 * Fails with `documents/no-profile`, `documents/bare-profile`, `documents/unknown-template`, `documents/bad-template`,
 * `documents/unsourced-claim` or `documents/no-glyphs`, and with what `get_job` fails with.
 */
export const GenerateCv = defineOperation({
  ...shared,
  name: 'generate_cv',
  description: 'Write a CV for a job from the person’s profile',
  tags: ['documents', 'cv'],
  modelsOut: ['Cv'],
  resultRefs: { cvId: 'cvs' },
  input: GenerateCvInput,
  output: GenerateCvOutput,
});

/** Fails as `generate_cv` does. */
export const GenerateLetter = defineOperation({
  ...shared,
  name: 'generate_letter',
  description: 'Write a letter of application for a job from the person’s profile',
  tags: ['documents', 'letter'],
  modelsOut: ['Letter'],
  resultRefs: { letterId: 'letters' },
  input: GenerateLetterInput,
  output: GenerateLetterOutput,
});
