import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsStorable } from './is-storable.js';
import { OwnedInput } from './owned-input.dto.js';

export const NotificationType = {
  info: 'info',
  success: 'success',
  warning: 'warning',
  error: 'error',
} as const;
export type NotificationType = (typeof NotificationType)[keyof typeof NotificationType];

/** Ways by which a person can be told, beside the notification that is kept. */
export const NOTIFY_CHANNELS = ['email', 'slack', 'mattermost', 'discord', 'ntfy'] as const;
export type NotifyChannel = (typeof NOTIFY_CHANNELS)[number];

/** Texts that are there, filled with the metadata. */
export const NOTIFY_TEMPLATES = [
  'no-profile',
  'no-jobs-found',
  'no-high-matches',
  'nothing-new',
  'hunt-summary',
  'hunt-failed',
  'approval-waiting',
  'application-sent',
  'application-to-hand-in',
  'application-tomorrow',
  'application-unknown',
  'application-failed',
] as const;
export type NotifyTemplate = (typeof NOTIFY_TEMPLATES)[number];

export class NotifyInput extends OwnedInput {
  /** May be left out where a template says it. */
  @ValidateIf((input: NotifyInput) => input.message !== undefined || input.template === undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(10_000)
  message?: string;

  /** In place of a message: `{{field}}` in it is filled from the metadata. */
  @IsOptional()
  @IsIn(NOTIFY_TEMPLATES, { message: `$property must be one of ${NOTIFY_TEMPLATES.join(', ')}` })
  template?: NotifyTemplate;

  @IsIn(Object.values(NotificationType))
  notificationType: NotificationType = 'info';

  /** All that are set up unless said otherwise; none for an empty list. */
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @IsIn(NOTIFY_CHANNELS, { each: true, message: `$property must be of ${NOTIFY_CHANNELS.join(', ')}` })
  channels?: NotifyChannel[];

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

export class NotifyDeliveryDto {
  @IsIn(NOTIFY_CHANNELS)
  channel: NotifyChannel;

  @IsBoolean()
  delivered: boolean;

  /** Why not; null where it was. */
  @IsOptional()
  @IsString()
  message: string | null;

  @IsISO8601()
  at: string;
}

export class NotifyOutput {
  /** True wherever the notification was kept, whatever the channels did. */
  @IsBoolean()
  success: boolean;

  /** Null in a dry run. */
  @IsOptional()
  @IsString()
  notificationId: string | null;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => NotifyDeliveryDto)
  deliveries: NotifyDeliveryDto[];

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

/** A channel that fails is an item error of the record, never a failure of the work. */
export const Notify = defineOperation({
  name: 'notify',
  service: 'applier',
  category: 'notifications',
  stage: 'act',
  description:
    'Tell a person something: keep the notification, log it, and send it by the channels that are set up',
  tags: ['notifications'],
  permissions: ['notifications:write'],
  modelsOut: ['Notification'],
  resultRefs: { notificationId: 'notifications' },
  timeoutMs: 60_000,
  input: NotifyInput,
  output: NotifyOutput,
});
