import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { NotifyInput, NotifyOutput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { ChannelsService } from './channels.service.js';
import { Notification } from './notification.schema.js';
import { fillTemplate } from './templates.js';

/** Keeps notifications, logs them and tells them by the channels that are set up; a dry run only logs. */
@Injectable()
export class NotificationsService {
  constructor(
    @InjectModel(Notification.name) private readonly notifications: Model<Notification>,
    private readonly channels: ChannelsService,
  ) {}

  async notify(input: NotifyInput, run: OperationRun): Promise<NotifyOutput> {
    const { template, notificationType, metadata = {} } = input;
    const message = input.message ?? (template === undefined ? '' : fillTemplate(template, metadata));
    const { userId } = run.actor;
    const dryRun = run.flags.dryRun || input.dryRun === true;
    const level = notificationType === 'error' || notificationType === 'warning' ? 'warn' : 'info';
    run.log[level](`${dryRun ? 'would notify' : 'notify'} ${userId}: ${message}`, { notificationType });
    if (dryRun) return { success: true, notificationId: null, deliveries: [], taskRunId: null };
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
      deliveries: [],
    };
    const kept = await this.notifications
      .findOneAndUpdate(
        { _id },
        { $setOnInsert: notification },
        { upsert: true, returnDocument: 'after', projection: { deliveries: 1 } },
      )
      .lean<Pick<Notification, 'deliveries'>>()
      .exec();
    // Those that an earlier attempt has told are not told again.
    const before = kept?.deliveries ?? [];
    const told = new Set(before.filter(({ delivered }) => delivered).map(({ channel }) => channel));
    const open = (input.channels ?? this.channels.of(userId)).filter((channel) => !told.has(channel));
    const now = await this.channels.tell(open, { message, notificationType }, run);
    const deliveries = [...before.filter(({ channel }) => told.has(channel)), ...now];
    if (now.length > 0) await this.record(_id, deliveries, run);
    return { success: true, notificationId: _id, deliveries, taskRunId: null };
  }

  /** The person is told by now: that it cannot be written down is no reason to tell them again. */
  private async record(
    _id: string,
    deliveries: Notification['deliveries'],
    run: OperationRun,
  ): Promise<void> {
    try {
      await this.notifications.updateOne({ _id }, { $set: { deliveries } }).exec();
    } catch (error) {
      run.log.warn(`how notification ${_id} went could not be written down`, { error });
    }
  }
}

const notificationIdOf = (idempotencyKey: string): string =>
  `note_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}`;
