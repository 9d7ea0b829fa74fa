import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DOCUMENT_LANGUAGES, GetJob } from '#libs/contracts';
import type {
  DocumentFileDto,
  DocumentKind,
  DocumentLanguage,
  GetDocumentInput,
  JobDto,
} from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { ProfilesService } from '../profiles/profiles.service.js';
import { fileNameOf } from '../rendering/file-name.js';
import { claimsOf } from '../rendering/model/claims.js';
import type { CvOptions } from '../rendering/model/cv-model.js';
import type { DocumentModel } from '../rendering/model/document-model.js';
import { MEDIA_TYPES, Renderer } from '../rendering/renderer.js';
import { UnknownDocumentError } from './document-errors.js';
import { modelOf } from './document-view.js';
import type { DocumentRecord } from './document.schema.js';
import { documentIdOf, DocumentsStore, kindOfId } from './documents.store.js';
import { warningsOf } from './warnings.js';

export interface WriteOptions {
  readonly kind: DocumentKind;
  readonly jobId: string;
  readonly template: string;
  readonly language?: DocumentLanguage | undefined;
  readonly makeModel: (options: CvOptions) => DocumentModel;
}

/** A document that was written, and whether it is kept. */
export interface Written {
  readonly record: DocumentRecord;
  readonly claims: number;
  readonly kept: boolean;
}

/** Writes documents of profile and job and hands out their files. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly store: DocumentsStore,
    private readonly profiles: ProfilesService,
    private readonly renderer: Renderer,
  ) {}

  /** Throws NoProfileError, what Renderer.render throws, and what `get_job` fails with. */
  async write(
    { kind, jobId, template, language: wanted, makeModel }: WriteOptions,
    run: OperationRun,
  ): Promise<Written> {
    const { userId } = run.actor;
    const _id = documentIdOf(kind, run.idempotencyKey);
    const made = await this.store.get(kind, _id, userId);
    if (made !== null) return { record: made, claims: claimsOf(modelOf(made)).length, kept: true };
    const [profile, job] = await Promise.all([this.profiles.get({}, run), run.call(GetJob, { jobId })]);
    const language = wanted ?? languageOf(job);
    const now = new Date();
    const { resume } = profile;
    const model = makeModel({ resume, job, language, writtenOn: now.toISOString().slice(0, 10) });
    const rendered = await this.renderer.render(model, template, { resume, job });
    const names = { kind, language, person: model.name.text, company: job.company };
    const record: DocumentRecord = {
      ...{ _id, userId, kind, jobId, template, language },
      ...rendered,
      jobTitle: job.title,
      company: job.company,
      profileVersion: profile.version,
      model: JSON.stringify(model),
      warnings: warningsOf(model, rendered.pages),
      ...{ docx: null, html: null, md: null, png: null },
      fileName: fileNameOf(names, 'pdf'),
      bytes: rendered.pdf.byteLength,
      taskRunId: run.taskRunId,
      flowRunId: run.flowRunId,
      createdAt: now,
      testMode: run.flags.testMode,
    };
    const claims = claimsOf(model).length;
    if (run.flags.dryRun) return { record, claims, kept: false };
    return { record: await this.store.keep(record), claims, kept: true };
  }

  /** Throws UnknownDocumentError. */
  async get(kind: DocumentKind, id: string, field: string, userId: string): Promise<DocumentRecord> {
    const record = await this.store.get(kind, id, userId);
    if (record === null) throw new UnknownDocumentError(field, id);
    return record;
  }

  /** Throws UnknownDocumentError. */
  async file({ documentId, format }: GetDocumentInput, run: OperationRun): Promise<DocumentFileDto> {
    const kind = kindOfId(documentId);
    const record = kind === undefined ? null : await this.store.withFiles(kind, documentId, run.actor.userId);
    if (record === null) throw new UnknownDocumentError('documentId', documentId);
    const content = format === 'pdf' ? record.pdf : await this.lateFile(record, format, run.flags.dryRun);
    return {
      documentId,
      kind: record.kind,
      fileName: record.fileName.replace(/\.pdf$/, `.${format}`),
      mediaType: MEDIA_TYPES[format],
      bytes: content.byteLength,
      sha256: createHash('sha256').update(content).digest('hex'),
      content: content.toString('base64'),
    };
  }

  private async lateFile(
    record: DocumentRecord,
    format: 'docx' | 'html' | 'md' | 'png',
    dryRun: boolean,
  ): Promise<Buffer> {
    const known = record[format];
    if (known !== null) return known;
    const { template, sha256 } = record;
    const drawn = { model: modelOf(record), template, sha256 };
    const file = await this.renderer.file(format, drawn);
    return dryRun ? file : this.store.keepFile(record, format, file);
  }
}

/** The posting's language where documents are written in it, else English. */
function languageOf(job: Pick<JobDto, 'language' | 'processing'>): DocumentLanguage {
  const said = (job.processing?.language ?? job.language ?? '').toLowerCase().split('-')[0];
  return DOCUMENT_LANGUAGES.find((language) => language === said) ?? 'en';
}
