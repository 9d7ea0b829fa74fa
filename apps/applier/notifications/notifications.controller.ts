import { Controller } from '@nestjs/common';
import { Notify } from '#libs/contracts';
import type { NotifyInput, NotifyOutput } from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { NotificationsService } from './notifications.service.js';

@Controller()
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  @Operation(Notify)
  async notify(input: NotifyInput, run: OperationRun): Promise<NotifyOutput> {
    return this.notifications.notify(input, run);
  }
}
