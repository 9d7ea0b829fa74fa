import { Injectable } from '@nestjs/common';
import { ApplicationStatus } from '#libs/contracts';
import type {
  ApplicationWarningDto,
  PrepareApplicationInput,
  PrepareApplicationOutput,
} from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import type { Application } from './application.schema.js';
import { ApplicationsStore, ownerOf } from './applications.store.js';
import { Composer } from './composer.js';
import type { Composed } from './composer.js';
import { employerKey } from './employer-name.js';
import { ChangedMeanwhileError } from './errors.js';
import { applicationIdOf, identitiesOf } from './identities.js';
import { assertNoneWentOut, supersede } from './openings.js';
import { canonicalBytes, sha256Of, shownMailbox } from './outgoing.js';
import type { Outgoing } from './outgoing.js';
import { oneLine } from './sender.js';
import { isDuplicate } from './sending-days.store.js';

/** Makes applications ready: puts together exactly what would go out, keeps it, and shows it. */
@Injectable()
export class PrepareService {
  constructor(
    private readonly store: ApplicationsStore,
    private readonly composer: Composer,
  ) {}

  async prepare(input: PrepareApplicationInput, run: OperationRun): Promise<PrepareApplicationOutput> {
    const composed = await this.composer.compose(input, run);
    const { job, out } = composed;
    const others = await this.store.toOpening(ownerOf(run), identitiesOf(job));
    assertNoneWentOut(others);
    const ownId = applicationIdOf(out.userId, out.testMode, job.id);
    const chosen = others.find(({ _id }) => _id === ownId) ?? others[0];
    const warnings = await this.composer.warnings(
      composed,
      run,
      others.map(({ _id }) => _id),
    );
    const applicationId = chosen?._id ?? ownId;
    const sha256 = sha256Of(canonicalBytes(out));
    if (!run.flags.dryRun) {
      await supersede(
        this.store,
        others.filter((other) => other !== chosen),
        applicationId,
        run,
      );
      await this.keep({ applicationId, chosen, composed, sha256, warnings, input }, run);
    }
    return { ...answerOf(out), applicationId, sha256, warnings, dryRun: run.flags.dryRun, taskRunId: null };
  }

  private async keep({ applicationId, chosen, composed, sha256, warnings, input }: Kept, run: OperationRun) {
    const { job, out, files } = composed;
    const at = new Date();
    const { userId, testMode } = out;
    for (const content of files)
      await this.store.keepFile({ _id: applicationId, userId, testMode }, content, at);
    const set = {
      ...fieldsOf(composed),
      identities: identitiesOf(job),
      cvId: input.cvId,
      letterId: input.letterId ?? null,
      sha256,
      warnings,
    };
    const to = ApplicationStatus.prepared;
    const by = run.actor.userId;
    if (chosen) {
      const again = chosen.sha256 === sha256 && chosen.status === to;
      if (again) return this.store.set(chosen, { identities: set.identities, warnings });
      await this.store.move(chosen, {
        to,
        by,
        note: null,
        taskRunId: run.taskRunId,
        at,
        set: { ...set, preparedAt: at, approval: null, sending: null },
      });
      return;
    }
    const event = { at, from: null, to, by, note: null, taskRunId: run.taskRunId };
    try {
      await this.store.add({
        ...set,
        _id: applicationId,
        status: to,
        wentOut: 'no',
        revision: 1,
        approval: null,
        sending: null,
        messageId: null,
        mailSha256: null,
        serverSaid: null,
        notes: '',
        history: [event],
        preparedAt: at,
        sentAt: null,
        updatedAt: at,
      });
    } catch (error) {
      if (isDuplicate(error)) throw new ChangedMeanwhileError(applicationId);
      throw error;
    }
  }
}

interface Kept {
  readonly applicationId: string;
  readonly chosen: Application | undefined;
  readonly composed: Composed;
  readonly sha256: string;
  readonly warnings: ApplicationWarningDto[];
  readonly input: PrepareApplicationInput;
}

/** What is kept of what goes out, and of the job that it goes to. */
function fieldsOf({ job, out }: Composed) {
  return {
    ...out,
    attachments: [...out.attachments],
    title: oneLine(job.title),
    company: oneLine(job.company),
    employer: employerKey(job.company),
  };
}

function answerOf({ channel, from, replyTo, to, subject, text, attachments, applyUrl }: Outgoing) {
  return {
    success: true,
    status: ApplicationStatus.prepared,
    channel,
    from: from && shownMailbox(from),
    replyTo,
    to,
    subject,
    text,
    attachments: [...attachments],
    applyUrl,
  };
}
