import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ApplicationStatus } from '#libs/contracts';
import { repeatWhileAway } from '#libs/mongo';
import { composeMail, deliver, messageIdOf } from '#libs/mail';
import { AmbiguousError } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { APPLIER_SETTINGS } from '../applier-tokens.js';
import { accountOf } from '../mail/smtp-account.js';
import type { ApplierSettings } from '../settings/applier-settings.js';
import type { Application } from './application.schema.js';
import { ApplicationsStore } from './applications.store.js';
import type { Move } from './applications.store.js';
import {
  ChangedMeanwhileError,
  FileMissingError,
  MailDeferredError,
  MailRefusedError,
  NoAddressError,
} from './errors.js';

/** So long how a mail went is tried to be written down while the database is away. */
const PATIENCE_MS = 30_000;

/**
 * Sends the mail of an application that is `sending`, and writes down how it went. What was sent is kept whole before
 * any of it goes out.
 */
@Injectable()
export class Sender {
  constructor(
    private readonly store: ApplicationsStore,
    @Inject(APPLIER_SETTINGS) private readonly settings: ApplierSettings,
  ) {}

  /** `notOut` is called where it certainly did not go out. Throws what the contract apply_job names. */
  async send(application: Application, run: OperationRun, notOut: () => Promise<void>): Promise<Application> {
    const { _id, to, from } = application;
    if (to === null || from === null) throw new NoAddressError(application.jobId, []);
    const { account, mail } = await this.written(application, run).catch(async (error: unknown) => {
      await this.settle(application, run, { to: ApplicationStatus.prepared, set: { wentOut: 'no' } });
      await notOut();
      throw error;
    });
    const delivery = await deliver(account, { from: from.address, to, raw: mail.raw }, run.signal);
    const { said } = delivery;
    const kept = { serverSaid: said, messageId: mail.messageId, mailSha256: mail.sha256 };
    switch (delivery.kind) {
      case 'sent': {
        const sentAt = new Date();
        const set = { ...kept, wentOut: 'yes' as const, sentAt };
        const settled = await this.settle(application, run, { to: ApplicationStatus.sent, note: said, set });
        return settled ?? { ...application, ...set, status: ApplicationStatus.sent };
      }
      case 'refused':
      case 'later': {
        const back = delivery.kind === 'refused' ? ApplicationStatus.failed : ApplicationStatus.prepared;
        const set = { serverSaid: said, wentOut: 'no' as const };
        await this.settle(application, run, { to: back, note: `it did not go out: ${said}`, set });
        await notOut();
        if (delivery.kind === 'refused') throw new MailRefusedError(to, said);
        throw new MailDeferredError(to, said, delivery.retryAfterMs);
      }
      case 'unknown':
        await this.settle(application, run, {
          to: ApplicationStatus.ambiguous,
          note: `whether it went out is unknown: ${said}`,
          set: kept,
        });
        throw new AmbiguousError(
          'apply_job',
          `the mail of application ${_id} to ${to} was handed over, and the server did not confirm it: ${said}`,
        );
    }
  }

  private async written(application: Application, run: OperationRun) {
    const account = await accountOf(this.settings, application);
    const { _id, sha256, from, to, replyTo, subject, text } = application;
    const sender = from ?? { name: '', address: '' };
    const attachments = await Promise.all(
      application.attachments.map(async ({ fileName, mediaType, sha256: expected }) => {
        const content = await this.store.file(application, expected);
        if (!content) throw new FileMissingError(_id, fileName);
        return { fileName, mediaType, content };
      }),
    );
    const messageId = messageIdOf(_id, sha256, sender.address);
    const date = new Date();
    const raw = await composeMail({
      messageId,
      date,
      from: sender,
      replyTo,
      to: to ?? '',
      subject,
      text,
      attachments,
    });
    run.log.info(`sending application ${_id} by ${account.host}`, { bytes: raw.length, sha256 });
    return { account, mail: { raw, messageId, sha256: await this.store.keepFile(application, raw, date) } };
  }

  /**
   * Writes down how it went. What happened has happened: where it cannot be written, that is logged, the application
   * stays `sending`, and its time over it counts as ambiguous. Null then.
   */
  private async settle(
    application: Application,
    run: OperationRun,
    how: Pick<Move, 'to' | 'set' | 'note'>,
  ): Promise<Application | null> {
    const move: Move = { ...how, by: run.actor.userId, taskRunId: run.taskRunId, at: new Date() };
    try {
      return await repeatWhileAway(`application ${application._id}`, () => this.moved(application, move), {
        sleep: (ms, signal) => sleep(ms, undefined, { signal }),
        signal: AbortSignal.timeout(PATIENCE_MS),
        log: run.log,
      });
    } catch (error) {
      run.log.error(`application ${application._id} is ${how.to}, and that could not be written down`, {
        error,
      });
      return null;
    }
  }

  /** A change that was made and whose answer was lost finds itself made. */
  private async moved(application: Application, move: Move): Promise<Application> {
    try {
      return await this.store.move(application, move);
    } catch (error) {
      if (!(error instanceof ChangedMeanwhileError)) throw error;
      const now = await this.store.get(application._id, application.userId);
      if (now.status !== move.to) throw error;
      return now;
    }
  }
}
