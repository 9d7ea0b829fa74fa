import 'reflect-metadata';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { NotificationType, NotifyDeliveryDto } from '#libs/contracts';
import { schemaOptions } from '#libs/mongo';

/** Something that a person was told. */
@Schema(schemaOptions('notifications'))
export class Notification {
  /** Derived from the idempotency key: telling twice is telling once. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  userId: string;

  @Prop({ type: String, required: true })
  message: string;

  @Prop({ type: String, required: true })
  notificationType: NotificationType;

  @Prop({ type: MongooseSchema.Types.Mixed, default: () => ({}) })
  metadata: Record<string, unknown>;

  @Prop({ type: String, required: true })
  taskRunId: string;

  @Prop({ type: String, default: null })
  flowRunId: string | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;

  @Prop({ type: Boolean, default: false })
  testMode: boolean;

  /** How the channels took it. */
  @Prop({ type: [MongooseSchema.Types.Mixed], default: [] })
  deliveries: NotifyDeliveryDto[];
}

export const NotificationSchema = SchemaFactory.createForClass(Notification);

NotificationSchema.index({ userId: 1, testMode: 1, createdAt: -1 }, { name: 'by_time' });
