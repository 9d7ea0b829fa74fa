import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { DOCUMENT_KINDS, DOCUMENT_LANGUAGES, DocumentDto, DocumentSummaryDto } from './document.dto.js';
import type { DocumentKind, DocumentLanguage } from './document.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

export class GetCvInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  cvId: string;
}

export class GetLetterInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  letterId: string;
}

/** Fields that documents can be sorted by; a leading `-` means from the latest. */
export const DOCUMENT_SORTS = ['createdAt', '-createdAt'] as const;
export type DocumentSort = (typeof DOCUMENT_SORTS)[number];

export class ListDocumentsInput extends OwnedInput {
  /** CVs unless said otherwise. */
  @IsIn(DOCUMENT_KINDS)
  kind: DocumentKind = 'cv';

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId?: string;

  /** Show what was made in test mode too. */
  @IsOptional()
  @IsBoolean()
  includeTest?: boolean;

  /** The newest first unless said otherwise. */
  @IsIn(DOCUMENT_SORTS, { message: `$property must be one of ${DOCUMENT_SORTS.join(', ')}` })
  sort?: DocumentSort = '-createdAt';

  /** 1 to 500. */
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;

  /** `nextCursor` of the page before, with the same filters and sorting. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}

export class ListDocumentsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => DocumentSummaryDto)
  items: DocumentSummaryDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

export class TemplateDto {
  @IsString()
  name: string;

  @IsIn(DOCUMENT_KINDS)
  kind: DocumentKind;

  @IsString()
  title: string;

  /** False where the person added it. */
  @IsBoolean()
  builtIn: boolean;

  @IsArray()
  @IsIn(DOCUMENT_LANGUAGES, { each: true })
  languages: DocumentLanguage[];
}

export class ListTemplatesInput extends OwnedInput {
  @IsOptional()
  @IsIn(DOCUMENT_KINDS)
  kind?: DocumentKind;
}

export class ListTemplatesOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => TemplateDto)
  items: TemplateDto[];
}

const shared = {
  service: 'documents',
  category: 'documents',
  stage: 'observe',
  tags: ['documents'],
  permissions: ['documents:read'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;

/** Fails with `documents/unknown-document` where there is none that the person may see. */
export const GetCv = defineOperation({
  ...shared,
  name: 'get_cv',
  description: 'Get a CV: what it says, and where in the profile each claim comes from',
  modelsIn: ['Cv'],
  input: GetCvInput,
  output: DocumentDto,
});

/** Fails with `documents/unknown-document` where there is none that the person may see. */
export const GetLetter = defineOperation({
  ...shared,
  name: 'get_letter',
  description: 'Get a letter: what it says, and where in the profile each claim comes from',
  modelsIn: ['Letter'],
  input: GetLetterInput,
  output: DocumentDto,
});

export const ListDocuments = defineOperation({
  ...shared,
  name: 'list_documents',
  description: 'List CVs or letters, the newest first',
  modelsIn: ['Cv', 'Letter'],
  input: ListDocumentsInput,
  output: ListDocumentsOutput,
});

export const ListTemplates = defineOperation({
  ...shared,
  name: 'list_templates',
  description: 'List the templates for CVs and letters, those that were added among them',
  input: ListTemplatesInput,
  output: ListTemplatesOutput,
});
