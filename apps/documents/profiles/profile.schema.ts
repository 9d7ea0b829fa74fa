import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { schemaOptions } from '#libs/mongo';

/** One version of a person's profile. A version is never changed. */
@Schema(schemaOptions('profiles'))
export class Profile {
  /** Derived from owner, version and whether it is a test: making a version twice is making it once. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: Number, required: true })
  version: number;

  /** As JSON, since a résumé may have any keys. */
  @Prop({ type: String, required: true })
  resume: string;

  @Prop({ type: MongooseSchema.Types.Mixed, required: true })
  preferences: Record<string, unknown>;

  @Prop({ type: MongooseSchema.Types.Mixed, default: null })
  standingRule: Record<string, unknown> | null;

  /** Parts that differ from the version before. */
  @Prop({ type: [String] })
  changed: string[];

  /** Of the change, so that the same one made again is seen to be made. */
  @Prop({ type: String, required: true })
  changeKey: string;

  @Prop({ type: Date, required: true })
  updatedAt: Date;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;
}

export const ProfileSchema = SchemaFactory.createForClass(Profile);

ProfileSchema.index({ userId: 1, testMode: 1, version: -1 }, { unique: true, name: 'one_profile_a_version' });
ProfileSchema.index({ userId: 1, changeKey: 1 }, { name: 'by_change' });
