import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type {
  ApplicationStatus,
  ApplicationWarningDto,
  AttachmentDto,
  Channel,
  WentOut,
} from '#libs/contracts';
import { schemaOptions } from '#libs/mongo';
import type { Mailbox } from './outgoing.js';
import type { Sending } from './transitions.js';

export interface Approval {
  readonly kind: 'person' | 'standing-rule';
  readonly by: string;
  readonly at: Date;
  readonly sha256: string;
  readonly comment: string | null;
}

export interface ApplicationEvent {
  readonly at: Date;
  readonly from: ApplicationStatus | null;
  readonly to: ApplicationStatus;
  readonly by: string;
  readonly note: string | null;
  readonly taskRunId: string;
}

/** Of the employer's form, as it was filled in last. */
export interface FormPicture {
  readonly sha256: string;
  readonly pageUrl: string;
  readonly at: Date;
}

/** Of a shape that only this service writes. */
const mixed = { type: MongooseSchema.Types.Mixed, default: null };
const list = { type: [MongooseSchema.Types.Mixed], default: [] };
const text = { type: String, required: true };
const nullable = (type: unknown) => ({ type, default: null });

/** One person's application to one opening, whichever of its postings it names. */
@Schema(schemaOptions('applications'))
export class Application {
  /** Derived from owner and job, so that preparing it twice is preparing it once. */
  @Prop(text)
  _id: string;

  @Prop(text)
  userId: string;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;

  /** The ids of all postings of the opening: no other application of the person has any of them. */
  @Prop({ type: [String], required: true })
  identities: string[];

  @Prop(text)
  jobId: string;

  @Prop(text)
  title: string;

  @Prop({ type: String, default: '' })
  company: string;

  /** What the spellings of one employer have in common. */
  @Prop({ type: String, default: '' })
  employer: string;

  @Prop(text)
  cvId: string;

  @Prop(nullable(String))
  letterId: string | null;

  @Prop(text)
  status: ApplicationStatus;

  @Prop(text)
  wentOut: WentOut;

  /** Rises with each change; a change names the one that it was made for. */
  @Prop({ type: Number, required: true })
  revision: number;

  @Prop(text)
  sha256: string;

  @Prop(text)
  channel: Channel;

  @Prop(mixed)
  from: Mailbox | null;

  @Prop(nullable(String))
  replyTo: string | null;

  @Prop(nullable(String))
  to: string | null;

  @Prop(nullable(String))
  applyUrl: string | null;

  @Prop({ type: String, default: '' })
  subject: string;

  @Prop({ type: String, default: '' })
  text: string;

  @Prop(list)
  attachments: AttachmentDto[];

  @Prop(list)
  warnings: ApplicationWarningDto[];

  @Prop(mixed)
  approval: Approval | null;

  @Prop(mixed)
  sending: Sending | null;

  @Prop(nullable(String))
  messageId: string | null;

  @Prop(nullable(String))
  mailSha256: string | null;

  @Prop(nullable(String))
  serverSaid: string | null;

  /** Left out by applications that were made before there were any. */
  @Prop(mixed)
  picture?: FormPicture | null;

  /** The person's own. */
  @Prop({ type: String, default: '' })
  notes: string;

  @Prop(list)
  history: ApplicationEvent[];

  @Prop({ type: Date, required: true })
  preparedAt: Date;

  @Prop(nullable(Date))
  sentAt: Date | null;

  @Prop({ type: Date, required: true })
  updatedAt: Date;
}

export const ApplicationSchema = SchemaFactory.createForClass(Application);

ApplicationSchema.index(
  { userId: 1, testMode: 1, identities: 1 },
  { unique: true, name: 'one_application_an_opening' },
);
ApplicationSchema.index({ userId: 1, testMode: 1, employer: 1 }, { name: 'by_employer' });
for (const field of ['updatedAt', 'preparedAt', 'company'] as const)
  ApplicationSchema.index({ userId: 1, testMode: 1, [field]: 1, _id: 1 }, { name: `by_${field}` });
