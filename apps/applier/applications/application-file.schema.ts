import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { schemaOptions } from '#libs/mongo';

/** The bytes of something that goes or went out: an attachment, or a whole mail. */
@Schema(schemaOptions('application_files'))
export class ApplicationFile {
  /** Application and SHA-256. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  applicationId: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;

  @Prop({ type: String, required: true })
  sha256: string;

  @Prop({ type: Buffer, required: true })
  content: Buffer;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const ApplicationFileSchema = SchemaFactory.createForClass(ApplicationFile);

ApplicationFileSchema.index({ userId: 1, applicationId: 1 }, { name: 'by_application' });
