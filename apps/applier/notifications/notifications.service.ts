import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { NotifyInput, NotifyOutput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { Notification } from './notification.schema.js';

/** Keeps notifications and logs them; a dry run only logs. */
@Injectable()
export class NotificationsService {
  constructor(@InjectModel(Notification.name) private readonly notifications: Model<Notification>) {}

  async notify(input: NotifyInput, run: OperationRun): Promise<NotifyOutput> {
    const { message, notificationType, metadata = {} } = input;
    const { userId } = run.actor;
    const dryRun = run.flags.dryRun || input.dryRun === true;
    const level = notificationType === 'error' || notificationType === 'warning' ? 'warn' : 'info';
    run.log[level](`${dryRun ? 'would notify' : 'notify'} ${userId}: ${message}`, { notificationType });
    if (dryRun) return { success: true, notificationId: null, taskRunId: null };
    const _id = notificationIdOf(run.idempotencyKey);
    const notification = {
      userId,
      message,
      notificationType,
      metadata,
      taskRunId: run.taskRunId,
      flowRunId: run.flowRunId,
      createdAt: new Date(),
      testMode: run.flags.testMode,
    };
    await this.notifications.updateOne({ _id }, { $setOnInsert: notification }, { upsert: true }).exec();
    return { success: true, notificationId: _id, taskRunId: null };
  }
}

const notificationIdOf = (idempotencyKey: string): string =>
  `note_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}`;
