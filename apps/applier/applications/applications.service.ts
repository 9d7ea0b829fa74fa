import { Injectable } from '@nestjs/common';
import { ApplicationStatus } from '#libs/contracts';
import type {
  ApplicationChangeOutput,
  ApplicationDto,
  ApplicationFileDto,
  GetApplicationFileInput,
  UpdateApplicationInput,
  WithdrawApplicationInput,
} from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import type { Application } from './application.schema.js';
import { applicationView } from './application-view.js';
import { ApplicationsStore } from './applications.store.js';
import {
  ChangedMeanwhileError,
  NotPossibleError,
  RevisionConflictError,
  UnknownFileError,
} from './errors.js';
import { markApplied, markNotApplied } from './mark-jobs.js';
import { byHandFrom, canMove, standingOf } from './transitions.js';

/** Shows applications, and takes a person's word on how they stand. */
@Injectable()
export class ApplicationsService {
  constructor(private readonly store: ApplicationsStore) {}

  async get(applicationId: string, run: OperationRun): Promise<ApplicationDto> {
    return applicationView(await this.store.get(applicationId, run.actor.userId));
  }

  async file(
    { applicationId, sha256 }: GetApplicationFileInput,
    run: OperationRun,
  ): Promise<ApplicationFileDto> {
    const application = await this.store.get(applicationId, run.actor.userId);
    const attachment = application.attachments.find((each) => each.sha256 === sha256);
    const made =
      application.mailSha256 === sha256
        ? { fileName: 'application.eml', mediaType: 'message/rfc822' }
        : application.picture?.sha256 === sha256
          ? { fileName: 'form.png', mediaType: 'image/png' }
          : null;
    const named = attachment ?? made;
    const content = named ? await this.store.file(application, sha256) : null;
    if (!named || !content) throw new UnknownFileError(applicationId, sha256);
    const { fileName, mediaType } = named;
    return { fileName, mediaType, bytes: content.length, sha256, content: content.toString('base64') };
  }

  async update(input: UpdateApplicationInput, run: OperationRun): Promise<ApplicationChangeOutput> {
    return asExpected(input, () => this.updateAsRead(input, run));
  }

  async withdraw(input: WithdrawApplicationInput, run: OperationRun): Promise<ApplicationChangeOutput> {
    return asExpected(input, () => this.withdrawAsRead(input, run));
  }

  private async updateAsRead(
    input: UpdateApplicationInput,
    run: OperationRun,
  ): Promise<ApplicationChangeOutput> {
    const application = await this.store.get(input.applicationId, run.actor.userId);
    checkRevision(application, input);
    const from = standingOf(application, new Date());
    const { status = from, notes = application.notes, note = null } = input;
    const changed = [
      ...(status === from ? [] : ['status']),
      ...(notes === application.notes ? [] : ['notes']),
    ];
    if (status !== from && !canMove(from, status, 'person'))
      throw new NotPossibleError(application._id, from, status, byHandFrom(from));
    if (!run.flags.dryRun) {
      if (status !== from) await this.move(application, status, note, run, { notes });
      else if (changed.length > 0) await this.store.set(application, { notes });
      if (status !== from && status === ApplicationStatus.sent) await markApplied(application, run);
    }
    const message = changed.length > 0 ? `changed: ${changed.join(', ')}` : 'nothing to change';
    return answer(application, status, changed, message, run);
  }

  private async withdrawAsRead(
    input: WithdrawApplicationInput,
    run: OperationRun,
  ): Promise<ApplicationChangeOutput> {
    const application = await this.store.get(input.applicationId, run.actor.userId);
    checkRevision(application, input);
    const from = standingOf(application, new Date());
    const to = ApplicationStatus.withdrawn;
    if (from === to) return answer(application, to, [], 'it was withdrawn before', run);
    const isAsShown = from === ApplicationStatus.prepared && application.sha256 === input.preparedSha256;
    if (input.preparedSha256 !== undefined && !isAsShown)
      return answer(application, from, [], `it stays ${from}: it is no longer prepared as it was shown`, run);
    if (!canMove(from, to, 'person')) throw new NotPossibleError(application._id, from, to, byHandFrom(from));
    if (!run.flags.dryRun) {
      await this.move(application, to, input.reason ?? null, run, {});
      if (from === ApplicationStatus.toHandIn) await markNotApplied(application, run);
    }
    const { wentOut, to: address, channel } = application;
    const message =
      wentOut === 'no'
        ? 'it will not be sent'
        : `it ${wentOut === 'yes' ? 'went' : 'may have gone'} out${channel === 'email' ? ` to ${address ?? ''}` : ''}; the employer has not been told`;
    return answer(application, to, ['status'], message, run);
  }

  private async move(
    application: Application,
    to: ApplicationStatus,
    note: string | null,
    { actor, taskRunId }: OperationRun,
    set: Partial<Application>,
  ): Promise<void> {
    const at = new Date();
    const sentAt = application.sentAt ?? at;
    const out: Partial<Application> =
      to === ApplicationStatus.sent
        ? { wentOut: 'yes', sentAt }
        : to === ApplicationStatus.failed
          ? { wentOut: 'no' }
          : {};
    await this.store.move(application, {
      to,
      who: 'person',
      by: actor.userId,
      note,
      taskRunId,
      at,
      set: { ...set, ...out },
    });
  }
}

type Expecting = Pick<UpdateApplicationInput, 'applicationId' | 'expectedRevision'>;

function checkRevision({ _id, revision }: Application, { expectedRevision }: Expecting): void {
  if (expectedRevision !== undefined && expectedRevision !== revision)
    throw new RevisionConflictError(_id, expectedRevision);
}

/** Who has said what they expect is not to try again when another change came in between. */
async function asExpected<T>(
  { applicationId, expectedRevision }: Expecting,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (expectedRevision !== undefined && error instanceof ChangedMeanwhileError)
      throw new RevisionConflictError(applicationId, expectedRevision, { cause: error });
    throw error;
  }
}

function answer(
  { _id }: Application,
  status: ApplicationStatus,
  changed: string[],
  message: string,
  { flags: { dryRun } }: OperationRun,
): ApplicationChangeOutput {
  return { success: true, applicationId: _id, status, changed, message, dryRun, taskRunId: null };
}
