import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { DocumentKind, DocumentLanguage } from '#libs/contracts';
import { schemaOptions } from '#libs/mongo';

export const CV_MODEL = 'Cv';
export const LETTER_MODEL = 'Letter';

/** A CV or a letter as it was written. Its files never change. */
@Schema(schemaOptions('cvs'))
export class DocumentRecord {
  /** Derived from the idempotency key: writing it twice is writing it once. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: String, required: true })
  kind: DocumentKind;

  @Prop({ type: String, required: true })
  jobId: string;

  @Prop({ type: String, default: '' })
  jobTitle: string;

  @Prop({ type: String, default: '' })
  company: string;

  @Prop({ type: String, required: true })
  template: string;

  @Prop({ type: String, required: true })
  templateSha256: string;

  @Prop({ type: String, required: true })
  language: DocumentLanguage;

  @Prop({ type: Number, required: true })
  profileVersion: number;

  /** The document model as JSON. */
  @Prop({ type: String, required: true })
  model: string;

  @Prop({ type: [String] })
  warnings: string[];

  @Prop({ type: Buffer, required: true })
  pdf: Buffer;

  /** Made when first asked for. */
  @Prop({ type: Buffer, default: null })
  docx: Buffer | null;

  /** Made when first asked for. */
  @Prop({ type: Buffer, default: null })
  html: Buffer | null;

  /** Made when first asked for. */
  @Prop({ type: Buffer, default: null })
  md: Buffer | null;

  /** Made when first asked for. */
  @Prop({ type: Buffer, default: null })
  png: Buffer | null;

  @Prop({ type: String, required: true })
  fileName: string;

  /** Of the PDF. */
  @Prop({ type: String, required: true })
  sha256: string;

  /** Of the PDF. */
  @Prop({ type: Number, required: true })
  bytes: number;

  /** Of the PDF. */
  @Prop({ type: Number, required: true })
  pages: number;

  @Prop({ type: String, required: true })
  taskRunId: string;

  @Prop({ type: String, default: null })
  flowRunId: string | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;
}

export const DocumentRecordSchema = SchemaFactory.createForClass(DocumentRecord);
DocumentRecordSchema.index({ userId: 1, testMode: 1, createdAt: -1, _id: -1 }, { name: 'by_time' });
DocumentRecordSchema.index({ userId: 1, jobId: 1, createdAt: -1 }, { name: 'by_job' });

/** Letters are kept like CVs, in a collection of their own. */
export const LetterRecordSchema = DocumentRecordSchema.clone().set('collection', 'letters');
