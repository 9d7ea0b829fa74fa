import { Controller } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { CleanApplier } from '#libs/contracts';
import type { CleanApplierInput, CleanApplierOutput } from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { ApplicationFile } from '../applications/application-file.schema.js';
import { Application } from '../applications/application.schema.js';
import { SendingDay } from '../applications/sending-day.schema.js';
import { Notification } from '../notifications/notification.schema.js';

const DAY_MS = 86_400_000;

/** Removes what is past its time. What really went out, and what was made ready to, stays. */
@Controller()
export class UpkeepController {
  constructor(
    @InjectModel(Application.name) private readonly applications: Model<Application>,
    @InjectModel(ApplicationFile.name) private readonly files: Model<ApplicationFile>,
    @InjectModel(SendingDay.name) private readonly days: Model<SendingDay>,
    @InjectModel(Notification.name) private readonly notifications: Model<Notification>,
  ) {}

  @Operation(CleanApplier)
  async clean({ olderThanDays }: CleanApplierInput, run: OperationRun): Promise<CleanApplierOutput> {
    const { userId } = run.actor;
    const { dryRun, testMode } = run.flags;
    // In test mode nothing real is touched.
    const mode = testMode ? { testMode } : {};
    const before = new Date(Date.now() - olderThanDays * DAY_MS);
    const told = { userId, ...mode, createdAt: { $lt: before } };
    const tested = { userId, testMode: true, updatedAt: { $lt: before } };
    const ids = await this.applications.distinct('_id', tested).exec();
    const ofThem = { userId, testMode: true, applicationId: { $in: ids } };
    const [notifications, files] = await Promise.all([
      this.notifications.countDocuments(told).exec(),
      this.files.countDocuments(ofThem).exec(),
    ]);
    if (!dryRun) {
      await this.notifications.deleteMany(told).exec();
      // Files first: an application that is left over by a crash leads to them once more.
      await this.files.deleteMany(ofThem).exec();
      await this.applications.deleteMany({ ...tested, _id: { $in: ids } }).exec();
      const day = { $lt: before.toISOString().slice(0, 10) };
      await this.days.deleteMany({ userId, ...mode, day }).exec();
    }
    return { success: true, notifications, testApplications: ids.length, files, dryRun, taskRunId: null };
  }
}
