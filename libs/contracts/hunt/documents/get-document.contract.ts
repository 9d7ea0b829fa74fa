import { defineOperation } from '#libs/operations';
import { IsBase64, IsIn, IsInt, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

export const DOCUMENT_FORMATS = ['pdf', 'docx', 'html', 'md', 'png'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

export class GetDocumentInput extends OwnedInput {
  /** Of a CV or a letter. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  documentId: string;

  /** `png` is a picture of the first page. */
  @IsIn(DOCUMENT_FORMATS)
  format: DocumentFormat = 'pdf';
}

/** A document's file, the same bytes each time. */
export class DocumentFileDto {
  @IsString()
  documentId: string;

  @IsIn(['cv', 'letter'])
  kind: 'cv' | 'letter';

  /** For a person to read; safe on every file system. */
  @IsString()
  fileName: string;

  @IsString()
  mediaType: string;

  @IsInt()
  bytes: number;

  /** Of the bytes, in hex. */
  @IsString()
  sha256: string;

  @IsBase64()
  content: string;
}

/** Fails with `documents/unknown-document` where there is none that the person may see. */
export const GetDocument = defineOperation({
  name: 'get_document',
  service: 'documents',
  category: 'documents',
  stage: 'observe',
  description: 'Get the file of a CV or a letter in one of its formats',
  tags: ['documents'],
  permissions: ['documents:read'],
  modelsIn: ['Cv', 'Letter'],
  createTaskrun: false,
  timeoutMs: 30_000,
  input: GetDocumentInput,
  output: DocumentFileDto,
});
