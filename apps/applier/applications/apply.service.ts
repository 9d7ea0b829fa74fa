import { Inject, Injectable } from '@nestjs/common';
import { ApplicationStatus, GetJob, GetProfile, MatchJob } from '#libs/contracts';
import type { ApplyJobInput, ApplyJobOutput, JobDto, ProfileDto } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { APPLIER_SETTINGS } from '../applier-tokens.js';
import { accountOf } from '../mail/smtp-account.js';
import type { ApplierSettings } from '../settings/applier-settings.js';
import { assertMeant, mayApply } from './apply-checks.js';
import type { Leave } from './apply-checks.js';
import type { Application } from './application.schema.js';
import { ApplicationsStore, ownerOf } from './applications.store.js';
import { Composer } from './composer.js';
import {
  ChangedMeanwhileError,
  DailyLimitError,
  NotApprovedError,
  NotPreparedError,
  StandingRuleError,
  UnknownApplicationError,
} from './errors.js';
import { applicationIdOf, identitiesOf } from './identities.js';
import { markApplied } from './mark-jobs.js';
import { assertNoneWentOut, supersede } from './openings.js';
import { canonicalBytes, sha256Of } from './outgoing.js';
import type { Outgoing } from './outgoing.js';
import { Sender } from './sender.service.js';
import { isDuplicate, SendingDaysStore } from './sending-days.store.js';
import type { DayLimits, DayOf } from './sending-days.store.js';
import { whyNotCovered } from './standing-rule.js';

/** How long after its deadline an execution may still be writing down how it ended. */
const GRACE_MS = 60_000;

/**
 * Applies to jobs.
 *
 * 1. Nothing goes out but what an approval names by its SHA-256.
 * 2. An application is `sending`, stored, before any of it goes out; a second execution finds it so and is refused.
 * 3. It holds the identities of its whole opening by then, in a unique index: a merged duplicate cannot begin beside it.
 * 4. It has one of the day's places by then.
 * 5. What is done once it went out, or was approved to be handed in, changes nothing of how the execution ends.
 */
@Injectable()
export class ApplyService {
  constructor(
    private readonly store: ApplicationsStore,
    private readonly days: SendingDaysStore,
    private readonly composer: Composer,
    private readonly sender: Sender,
    @Inject(APPLIER_SETTINGS) private readonly settings: ApplierSettings,
  ) {}

  async apply(input: ApplyJobInput, run: OperationRun): Promise<ApplyJobOutput> {
    const application = await this.find(input, run);
    if (!application) return this.rehearse(input, run);
    assertMeant(application, input);
    const leave = await this.leaveFor(application, input, run);
    if (leave.kind === 'tell') return answerOf(application, 'it was sent before by this execution');
    const { others, limits, identities } = await this.check(application, input, run);
    const whose = { ...ownerOf(run), now: new Date() };
    if (application.channel === 'email') await accountOf(this.settings, whose);
    if (run.flags.dryRun) return this.rehearsed(application, whose, limits);
    await this.takePlace(whose, application._id, limits);
    const begun = await this.begin({ application, others, identities }, input, run).catch(
      async (error: unknown) => {
        await this.days.giveBack(whose, application._id);
        throw error;
      },
    );
    if (application.channel === 'form') {
      await markApplied(begun, run);
      return answerOf(begun, 'it is approved and ready: hand it in at its address, then say that it is sent');
    }
    const sent = await this.sender.send(begun, run, () => this.days.giveBack(whose, application._id));
    await markApplied(sent, run);
    return answerOf(sent, `it went out to ${sent.to ?? ''}`);
  }

  /** Null in a dry run whose preparation was one too. */
  private async find(input: ApplyJobInput, run: OperationRun): Promise<Application | null> {
    const { applicationId, jobId } = input;
    const owner = ownerOf(run);
    try {
      if (applicationId !== undefined) {
        const found = await this.store.get(applicationId, owner.userId);
        if (found.testMode === owner.testMode) return found;
        throw new UnknownApplicationError('applicationId', applicationId);
      }
      const job = await run.call(GetJob, { jobId: jobId ?? '' });
      const [found] = await this.store.toOpening(owner, identitiesOf(job));
      if (found) return found;
      throw new UnknownApplicationError('jobId', job.id);
    } catch (error) {
      const composable = jobId !== undefined && input.cvId !== undefined;
      if (error instanceof UnknownApplicationError && run.flags.dryRun && composable) return null;
      throw error;
    }
  }

  /** Of one that another has taken the place of, it says that the other went out rather than to prepare it again. */
  private async leaveFor(application: Application, input: ApplyJobInput, run: OperationRun): Promise<Leave> {
    try {
      return mayApply(application, input.approvedSha256, run, new Date());
    } catch (error) {
      if (error instanceof NotPreparedError) {
        const job = await run.call(GetJob, { jobId: application.jobId });
        assertNoneWentOut((await this.openingOf(application, job, run)).others);
      }
      throw error;
    }
  }

  private async openingOf(application: Application, job: JobDto, run: OperationRun) {
    const identities = [...new Set([...application.identities, ...identitiesOf(job)])].sort();
    const found = await this.store.toOpening(ownerOf(run), identities);
    return { identities, others: found.filter(({ _id }) => _id !== application._id) };
  }

  private async check(application: Application, input: ApplyJobInput, run: OperationRun) {
    const [job, profile] = await Promise.all([
      run.call(GetJob, { jobId: application.jobId }),
      run.call(GetProfile, {}),
    ]);
    const { others, identities } = await this.openingOf(application, job, run);
    assertNoneWentOut(others);
    return { others, identities, limits: await this.limitsOf(input, { job, profile, application }, run) };
  }

  private async limitsOf(
    { approval }: ApplyJobInput,
    { job, profile, application }: Case,
    run: OperationRun,
  ): Promise<DayLimits> {
    const { preferences, standingRule } = profile;
    if (approval.kind === 'person') return { daily: preferences.dailyLimit, byRule: null };
    const found = { job, profile, several: [], lacksAccount: false };
    const [warnings, match] = await Promise.all([
      this.composer.warnings(found, run, [application._id]),
      run.call(MatchJob, { jobId: job.id }),
    ]);
    const why = whyNotCovered({
      rule: standingRule,
      match,
      company: job.company,
      channel: application.channel,
      warnings: warnings.map(({ code }) => code),
      now: new Date(),
    });
    if (approval.by !== run.actor.userId) why.push(`it is not the rule of ${approval.by}`);
    if (!standingRule || why.length > 0) throw new StandingRuleError(why);
    return { daily: preferences.dailyLimit, byRule: standingRule.perDay };
  }

  private async takePlace(whose: DayOf, applicationId: string, limits: DayLimits): Promise<void> {
    const taken = await this.days.take(whose, applicationId, limits);
    if (taken === 'daily-limit') throw new DailyLimitError(limits.daily);
    if (taken === 'rule-limit')
      throw new StandingRuleError([`it lets ${limits.byRule ?? 0} go out on a day, and they have`]);
  }

  private async begin(
    { application, others, identities }: Beginning,
    { approval, approvedSha256 }: ApplyJobInput,
    run: OperationRun,
  ): Promise<Application> {
    const { kind, by, at, comment = null } = approval;
    const until = new Date(run.deadline + GRACE_MS);
    const byMail = application.channel === 'email';
    await supersede(this.store, others, application._id, run);
    try {
      return await this.store.move(application, {
        to: byMail ? ApplicationStatus.sending : ApplicationStatus.toHandIn,
        by: run.actor.userId,
        note: `approved by ${kind === 'person' ? by : `the standing rule of ${by}`} at ${at}`,
        taskRunId: run.taskRunId,
        at: new Date(),
        set: {
          identities: [...identities],
          wentOut: byMail ? 'maybe' : 'no',
          approval: { kind, by, at: new Date(at), sha256: approvedSha256, comment },
          sending: { key: run.idempotencyKey, attempt: run.attempt, until },
        },
      });
    } catch (error) {
      if (isDuplicate(error)) throw new ChangedMeanwhileError(application._id);
      throw error;
    }
  }

  private async rehearsed(
    application: Pick<Application, '_id' | 'sha256'> & Outgoing,
    whose: DayOf,
    { daily }: DayLimits,
  ): Promise<ApplyJobOutput> {
    if ((await this.days.count(whose)) >= daily) throw new DailyLimitError(daily);
    const { _id, sha256, channel, to, applyUrl } = application;
    return {
      ...NOT_SENT,
      applicationId: _id,
      sha256,
      channel,
      to,
      applyUrl,
      message: `a dry run: ${channel === 'email' ? `it would go out to ${to ?? ''}` : 'it would be ready to hand in'}`,
    };
  }

  private async rehearse(input: ApplyJobInput, run: OperationRun): Promise<ApplyJobOutput> {
    const { jobId = '', cvId = '', letterId, approvedSha256 } = input;
    const { out, profile } = await this.composer.compose({ jobId, cvId, letterId }, run);
    const sha256 = sha256Of(canonicalBytes(out));
    if (sha256 !== approvedSha256) throw new NotApprovedError(approvedSha256, sha256);
    const _id = applicationIdOf(out.userId, out.testMode, jobId);
    const { dailyLimit } = profile.preferences;
    return this.rehearsed(
      { ...out, _id, sha256 },
      { ...ownerOf(run), now: new Date() },
      {
        daily: dailyLimit,
        byRule: null,
      },
    );
  }
}

interface Beginning {
  readonly application: Application;
  /** Prepared for other postings of the same opening. */
  readonly others: readonly Application[];
  readonly identities: readonly string[];
}

interface Case {
  readonly job: JobDto;
  readonly profile: ProfileDto;
  readonly application: Application;
}

const NOT_SENT = {
  success: true,
  status: ApplicationStatus.prepared,
  sentAt: null,
  messageId: null,
  dryRun: true,
  taskRunId: null,
} as const;

function answerOf(application: Application, what: string): ApplyJobOutput {
  const { _id, status, channel, sha256, to, applyUrl, sentAt, messageId } = application;
  return {
    success: true,
    applicationId: _id,
    status,
    channel,
    sha256,
    to,
    applyUrl,
    sentAt: sentAt?.toISOString() ?? null,
    messageId,
    message: what,
    dryRun: false,
    taskRunId: null,
  };
}
