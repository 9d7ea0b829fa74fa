import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { NOTIFY_CHANNELS } from '#libs/contracts';
import type { NotifyChannel, NotifyDeliveryDto } from '#libs/contracts';
import { composeMail, deliver, messageIdOf } from '#libs/mail';
import type { OperationRun } from '#libs/operations';
import { readSecretUrl, readToken } from '#libs/secrets';
import { APPLIER_SETTINGS } from '../applier-tokens.js';
import { accountOf } from '../mail/smtp-account.js';
import type { ApplierSettings, WebhookChannel } from '../settings/applier-settings.js';
import { postWebhook } from './post-webhook.js';
import { webhookRequest } from './webhook-request.js';
import type { Told } from './webhook-request.js';

/** Takes mail and webhooks of test mode, where it is set up; otherwise they stay here. */
const NO_CATCHER = 'test mode tells nobody outside, and no catcher is set up';

/** Tells people outside. Never throws: what went wrong is told in the answer, and in the record's item errors. */
@Injectable()
export class ChannelsService {
  constructor(@Inject(APPLIER_SETTINGS) private readonly settings: ApplierSettings) {}

  /** Names the channels that are set up for a person. */
  of(userId: string): NotifyChannel[] {
    const { accountsOf, notify } = this.settings;
    if (accountsOf !== null && accountsOf !== userId) return [];
    return NOTIFY_CHANNELS.filter((channel) =>
      channel === 'email' ? notify.email !== null : notify.webhooks[channel] !== undefined,
    );
  }

  async tell(
    channels: readonly NotifyChannel[],
    told: Told,
    run: OperationRun,
  ): Promise<NotifyDeliveryDto[]> {
    return Promise.all(
      channels.map(async (channel) => {
        const message = await this.tellOne(channel, told, run).then(
          () => null,
          (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 500),
        );
        const at = new Date().toISOString();
        if (message !== null) {
          run.itemError({ item: channel, message, code: 'applier/not-told' });
          run.log.warn(`${run.actor.userId} was not told by ${channel}: ${message}`);
        }
        return { channel, delivered: message === null, message, at };
      }),
    );
  }

  private async tellOne(channel: NotifyChannel, told: Told, run: OperationRun): Promise<void> {
    if (!this.of(run.actor.userId).includes(channel)) throw new Error(`${channel} is not set up for you`);
    if (channel === 'email') return this.mail(told, run);
    const { notify, env } = this.settings;
    const name = `NOTIFY_${channel.toUpperCase()}_URL`;
    const said = run.flags.testMode ? notify.catcherUrl : notify.webhooks[channel];
    if (!said) throw new Error(NO_CATCHER);
    const setting = run.flags.testMode ? 'CATCHER_WEBHOOK_URL' : name;
    const { href: url } = readSecretUrl(setting, said, ['https:', 'http:'], { env });
    const token = this.token(channel, run.flags.testMode);
    const request = webhookRequest(channel, url, told, token);
    await postWebhook(run.flags.testMode ? { ...request, url } : request, notify.timeoutMs, run.signal);
  }

  private token(channel: WebhookChannel, testMode: boolean): string | null {
    const { notify, env } = this.settings;
    if (channel !== 'ntfy' || testMode || notify.ntfyToken === null) return null;
    return readToken('NOTIFY_NTFY_TOKEN', notify.ntfyToken, { env });
  }

  private async mail({ message, notificationType }: Told, run: OperationRun): Promise<void> {
    const { mailFrom, notify } = this.settings;
    const to = notify.email ?? '';
    const { userId } = run.actor;
    const account = await accountOf(this.settings, { userId, testMode: run.flags.testMode });
    const from = mailFrom ?? { name: 'JobHunter', address: to };
    const key = createHash('sha256').update(run.idempotencyKey).digest('hex');
    const [firstLine = ''] = message.split('\n');
    const raw = await composeMail({
      messageId: messageIdOf('note', key, from.address),
      date: new Date(),
      from,
      replyTo: null,
      to,
      subject: `JobHunter${notificationType === 'info' ? '' : ` (${notificationType})`}: ${firstLine.slice(0, 120)}`,
      text: `${message}\n`,
      attachments: [],
    });
    const delivery = await deliver(account, { from: from.address, to, raw }, run.signal);
    if (delivery.kind !== 'sent') throw new Error(`the mail server did not take it: ${delivery.said}`);
  }
}
