import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { schemaOptions } from '#libs/mongo';
import type { PageOutcome } from '../sources/page-outcome.js';

const nullable = (type: unknown) => ({ type, default: null });

/** A page as it was when a search looked at it: one document for each content that an address has shown. */
@Schema(schemaOptions('pages'))
export class Page {
  /** Derived from owner, address and content. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: String, required: true })
  source: string;

  @Prop({ type: String, required: true })
  url: string;

  @Prop({ type: String, required: true })
  kind: 'list' | 'detail' | 'saved';

  @Prop({ type: String, required: true })
  outcome: PageOutcome;

  /** Null where no answer came, and for saved pages. */
  @Prop(nullable(Number))
  status: number | null;

  @Prop(nullable(String))
  errorCode: string | null;

  @Prop(nullable(String))
  message: string | null;

  @Prop({ type: Number, default: 0 })
  bytes: number;

  /** SHA-256 of the text; null where there is none. */
  @Prop(nullable(String))
  hash: string | null;

  /** The text, compressed by gzip; null where there is none, or it would be too large. */
  @Prop(nullable(MongooseSchema.Types.Buffer))
  body: Buffer | null;

  @Prop({ type: Date, required: true })
  firstFetchedAt: Date;

  @Prop({ type: Date, required: true })
  fetchedAt: Date;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;
}

export const PageSchema = SchemaFactory.createForClass(Page);

PageSchema.index({ userId: 1, testMode: 1, url: 1, hash: 1 }, { unique: true, name: 'one_page_a_content' });
PageSchema.index({ userId: 1, testMode: 1, fetchedAt: 1 }, { name: 'by_age' });
