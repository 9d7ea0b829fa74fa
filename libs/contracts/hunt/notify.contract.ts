import { defineOperation } from '#libs/operations';
import { IsBoolean, IsIn, IsNotEmpty, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsStorable } from './is-storable.js';

export const NotificationType = {
  info: 'info',
  success: 'success',
  warning: 'warning',
  error: 'error',
} as const;
export type NotificationType = (typeof NotificationType)[keyof typeof NotificationType];

export class NotifyInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(10_000)
  message: string;

  @IsIn(Object.values(NotificationType))
  notificationType: NotificationType = 'info';

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  userId?: string;

  /** What the message is about; kept beside it. */
  @IsOptional()
  @IsStorable()
  @IsObject()
  metadata?: Record<string, unknown>;

  /** Keep nothing. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class NotifyOutput {
  @IsBoolean()
  success: boolean;

  /** Null in a dry run. */
  @IsOptional()
  @IsString()
  notificationId: string | null;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

export const Notify = defineOperation({
  name: 'notify',
  service: 'applier',
  category: 'notifications',
  stage: 'act',
  description: 'Tell a person something: keep the notification and log it',
  tags: ['notifications'],
  permissions: ['notifications:write'],
  modelsOut: ['Notification'],
  resultRefs: { notificationId: 'notifications' },
  timeoutMs: 30_000,
  input: NotifyInput,
  output: NotifyOutput,
});
