import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MongoModule } from '#libs/mongo';
import { APPLIER_SETTINGS } from './applier-tokens.js';
import { ApplicationFile, ApplicationFileSchema } from './applications/application-file.schema.js';
import { Application, ApplicationSchema } from './applications/application.schema.js';
import { ApplicationsController } from './applications/applications.controller.js';
import { ApplicationsService } from './applications/applications.service.js';
import { ApplicationsStore } from './applications/applications.store.js';
import { ApplyService } from './applications/apply.service.js';
import { Composer } from './applications/composer.js';
import { PrepareService } from './applications/prepare.service.js';
import { Sender } from './applications/sender.service.js';
import { SendingDay, SendingDaySchema } from './applications/sending-day.schema.js';
import { SendingDaysStore } from './applications/sending-days.store.js';
import { PrefillService } from './forms/prefill.service.js';
import { ChannelsService } from './notifications/channels.service.js';
import { Notification, NotificationSchema } from './notifications/notification.schema.js';
import { NotificationsController } from './notifications/notifications.controller.js';
import { NotificationsService } from './notifications/notifications.service.js';
import { readApplierSettings } from './settings/applier-settings.js';
import type { ApplierSettings } from './settings/applier-settings.js';
import { UpkeepController } from './upkeep/upkeep.controller.js';

export interface ApplierModuleOptions {
  readonly mongoUri: string;
  /** Without them there is no account to send from, and nobody is told outside. */
  readonly settings?: ApplierSettings;
}

@Module({})
export class ApplierModule {
  static register({ mongoUri, settings = readApplierSettings({}) }: ApplierModuleOptions): DynamicModule {
    return {
      module: ApplierModule,
      imports: [
        MongoModule.forRoot({ uri: mongoUri, appName: 'applier', makeIndexes: true }),
        MongooseModule.forFeature([
          { name: Application.name, schema: ApplicationSchema },
          { name: ApplicationFile.name, schema: ApplicationFileSchema },
          { name: SendingDay.name, schema: SendingDaySchema },
          { name: Notification.name, schema: NotificationSchema },
        ]),
      ],
      controllers: [ApplicationsController, NotificationsController, UpkeepController],
      providers: [
        { provide: APPLIER_SETTINGS, useValue: settings },
        ApplicationsService,
        ApplicationsStore,
        ApplyService,
        ChannelsService,
        Composer,
        NotificationsService,
        PrefillService,
        PrepareService,
        Sender,
        SendingDaysStore,
      ],
    };
  }
}
