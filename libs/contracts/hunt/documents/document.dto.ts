import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';

/** Languages that documents are written in. */
export const DOCUMENT_LANGUAGES = ['en', 'de'] as const;
export type DocumentLanguage = (typeof DOCUMENT_LANGUAGES)[number];

export const DOCUMENT_KINDS = ['cv', 'letter'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** A sentence of a document that states a fact about the person. */
export class ClaimDto {
  @IsString()
  text: string;

  /** Where in the person's résumé it comes from, such as `work[0].highlights[1]`. */
  @IsArray()
  @IsString({ each: true })
  sources: string[];
}

/** A document without what it says, as lists show it. */
export class DocumentSummaryDto {
  @IsString()
  id: string;

  @IsIn(DOCUMENT_KINDS)
  kind: DocumentKind;

  @IsString()
  userId: string;

  @IsString()
  jobId: string;

  /** As the posting says them. */
  @IsString()
  jobTitle: string;

  @IsString()
  company: string;

  @IsString()
  template: string;

  @IsIn(DOCUMENT_LANGUAGES)
  language: DocumentLanguage;

  /** Of the profile that it was made from. */
  @IsInt()
  profileVersion: number;

  /** Of the PDF. */
  @IsString()
  fileName: string;

  /** Of the PDF's bytes, in hex. */
  @IsString()
  sha256: string;

  /** Of the PDF. */
  @IsInt()
  bytes: number;

  /** Of the PDF. */
  @IsInt()
  pages: number;

  @IsISO8601()
  createdAt: string;

  /** Made in test mode. */
  @IsBoolean()
  testMode: boolean;
}

export class DocumentDto extends DocumentSummaryDto {
  /** What it says, as Markdown. */
  @IsString()
  markdown: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ClaimDto)
  claims: ClaimDto[];

  /** What a careful reader should look at. */
  @IsArray()
  @IsString({ each: true })
  warnings: string[];

  @IsOptional()
  @IsString()
  flowRunId: string | null;
}
