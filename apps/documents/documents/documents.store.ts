import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { DocumentKind, ListDocumentsInput, ListDocumentsOutput } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import { CV_MODEL, DocumentRecord, LETTER_MODEL } from './document.schema.js';
import { summaryOf } from './document-view.js';

/** Files that are made when first asked for. */
export type LateFormat = 'docx' | 'html' | 'md' | 'png';

const DUPLICATE_KEY = 11_000;
const FILES = ['pdf', 'docx', 'html', 'md', 'png'];

/** Keeps CVs and letters; every reading is one person's. */
@Injectable()
export class DocumentsStore {
  constructor(
    @InjectModel(CV_MODEL) private readonly cvs: Model<DocumentRecord>,
    @InjectModel(LETTER_MODEL) private readonly letters: Model<DocumentRecord>,
  ) {}

  /** Keeps a document; the one that is there already wins. */
  async keep(record: DocumentRecord): Promise<DocumentRecord> {
    try {
      // As it is: casting a record of our own making takes longer than writing it.
      await this.modelOf(record.kind).insertMany([record], { lean: true });
      return record;
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
      return (await this.get(record.kind, record._id, record.userId)) ?? record;
    }
  }

  /** Null where the person has none by this id. */
  async get(kind: DocumentKind, id: string, userId: string): Promise<DocumentRecord | null> {
    const left = Object.fromEntries(FILES.map((file) => [file, 0]));
    return this.modelOf(kind).findOne({ _id: id, userId }, left).lean<DocumentRecord>().exec();
  }

  /** The same with its files. */
  async withFiles(kind: DocumentKind, id: string, userId: string): Promise<DocumentRecord | null> {
    const found = await this.modelOf(kind).findOne({ _id: id, userId }).lean<DocumentRecord>().exec();
    if (found === null) return null;
    const { pdf, docx, html, md, png } = found;
    const late = { docx: lateBytes(docx), html: lateBytes(html), md: lateBytes(md), png: lateBytes(png) };
    return { ...found, pdf: bytesOf(pdf), ...late };
  }

  /** Keeps a file that was made late; the one that is there already wins. */
  async keepFile(record: DocumentRecord, format: LateFormat, file: Buffer): Promise<Buffer> {
    const { _id, userId, kind } = record;
    const none = { _id, userId, [format]: null };
    await this.modelOf(kind)
      .updateOne(none, { $set: { [format]: file } })
      .exec();
    return (await this.withFiles(kind, _id, userId))?.[format] ?? file;
  }

  async list(input: ListDocumentsInput, userId: string, withTest: boolean): Promise<ListDocumentsOutput> {
    const { kind, jobId, limit, cursor, sort = '-createdAt' } = input;
    return readPage({
      model: this.modelOf(kind),
      filter: {
        userId,
        testMode: withTest ? { $in: [false, true] } : false,
        ...(jobId === undefined ? {} : { jobId }),
      },
      list: [kind, userId, withTest, jobId ?? null],
      sort,
      without: [...FILES, 'model'],
      limit,
      cursor,
      toDto: summaryOf,
    });
  }

  /** Finds the ids of what a person wrote before an instant. */
  async olderThan(
    before: Date,
    { kind, userId, testMode }: Pick<DocumentRecord, 'kind' | 'userId' | 'testMode'>,
  ): Promise<string[]> {
    return this.modelOf(kind)
      .distinct('_id', { userId, testMode, createdAt: { $lt: before } })
      .exec();
  }

  async remove(kind: DocumentKind, ids: readonly string[], userId: string): Promise<void> {
    if (ids.length > 0)
      await this.modelOf(kind)
        .deleteMany({ userId, _id: { $in: ids } })
        .exec();
  }

  private modelOf(kind: DocumentKind): Model<DocumentRecord> {
    return kind === 'cv' ? this.cvs : this.letters;
  }
}

export function documentIdOf(kind: DocumentKind, idempotencyKey: string): string {
  return `${kind}_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}`;
}

/** Tells from an id what it is of; undefined where it is of no document. */
export function kindOfId(id: string): DocumentKind | undefined {
  if (id.startsWith('cv_')) return 'cv';
  return id.startsWith('letter_') ? 'letter' : undefined;
}

/** A plain reading gives bytes as the driver's own type. */
function bytesOf(value: Buffer | mongoose.mongo.Binary): Buffer {
  return value instanceof mongoose.mongo.Binary ? Buffer.from(value.value()) : value;
}

const lateBytes = (value: Buffer | null): Buffer | null => (value === null ? null : bytesOf(value));
