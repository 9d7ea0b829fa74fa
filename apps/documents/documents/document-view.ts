import type { DocumentDto, DocumentSummaryDto } from '#libs/contracts';
import { toMarkdown } from '../rendering/formats/markdown.js';
import { claimsOf } from '../rendering/model/claims.js';
import type { DocumentModel } from '../rendering/model/document-model.js';
import type { DocumentRecord } from './document.schema.js';

export function summaryOf(record: DocumentRecord): DocumentSummaryDto {
  const { _id: id, kind, userId, jobId, jobTitle, company, template, language } = record;
  const { profileVersion, fileName, sha256, bytes, pages, createdAt, testMode } = record;
  return {
    ...{ id, kind, userId, jobId, jobTitle, company, template, language, profileVersion },
    ...{ fileName, sha256, bytes, pages, createdAt: createdAt.toISOString(), testMode },
  };
}

export function documentView(record: DocumentRecord): DocumentDto {
  const model = modelOf(record);
  return {
    ...summaryOf(record),
    markdown: toMarkdown(model),
    claims: claimsOf(model),
    warnings: record.warnings,
    flowRunId: record.flowRunId,
  };
}

export function modelOf({ model }: Pick<DocumentRecord, 'model'>): DocumentModel {
  return JSON.parse(model) as DocumentModel;
}
