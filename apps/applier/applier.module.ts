import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MongoModule } from '#libs/mongo';
import { Notification, NotificationSchema } from './notifications/notification.schema.js';
import { NotificationsController } from './notifications/notifications.controller.js';
import { NotificationsService } from './notifications/notifications.service.js';

@Module({})
export class ApplierModule {
  static register({ mongoUri }: { readonly mongoUri: string }): DynamicModule {
    return {
      module: ApplierModule,
      imports: [
        MongoModule.forRoot({ uri: mongoUri, appName: 'applier', makeIndexes: true }),
        MongooseModule.forFeature([{ name: Notification.name, schema: NotificationSchema }]),
      ],
      controllers: [NotificationsController],
      providers: [NotificationsService],
    };
  }
}
