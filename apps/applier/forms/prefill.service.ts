import { Inject, Injectable } from '@nestjs/common';
import { ApplicationStatus, GetDocument, GetJob, GetProfile } from '#libs/contracts';
import type { LeftFieldDto, PrefillFormInput, PrefillFormOutput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import type { Application } from '../applications/application.schema.js';
import { ApplicationsStore } from '../applications/applications.store.js';
import { FileMissingError } from '../applications/errors.js';
import { standingOf } from '../applications/transitions.js';
import { isGerman } from '../applications/wording.js';
import { APPLIER_SETTINGS } from '../applier-tokens.js';
import type { ApplierSettings } from '../settings/applier-settings.js';
import { atHandOf } from './at-hand.js';
import type { AtHand } from './at-hand.js';
import { visitForm } from './form-browser.js';
import type { Visited } from './sitting.js';
import { AddressRefusedError, NoFormError, PastFormError } from './form-errors.js';
import { hostWithPort } from './host-with-port.js';
import { letterTextOf } from './letter-text.js';
import { planFills } from './plan-fills.js';
import type { Fill } from './plan-fills.js';
import { messageOf } from './prefill-message.js';

/** Fills in employers' forms, up to where a person takes over. */
@Injectable()
export class PrefillService {
  constructor(
    private readonly store: ApplicationsStore,
    @Inject(APPLIER_SETTINGS) private readonly settings: ApplierSettings,
  ) {}

  async prefill({ applicationId }: PrefillFormInput, run: OperationRun): Promise<PrefillFormOutput> {
    const application = await this.store.get(applicationId, run.actor.userId);
    const url = formOf(application);
    const status = standingOf(application, new Date());
    if (status !== ApplicationStatus.prepared && status !== ApplicationStatus.toHandIn)
      throw new PastFormError(applicationId, status);
    const [hand, job] = await Promise.all([
      this.atHand(application, run),
      run.call(GetJob, { jobId: application.jobId }),
    ]);
    const base = { applicationId, applyUrl: url.href, dryRun: run.flags.dryRun, taskRunId: null };
    if (run.flags.dryRun) return { ...base, ...rehearsed(hand) };
    if (run.flags.testMode && !this.settings.browser.trusted.includes(hostWithPort(url)))
      return { ...base, ...NOT_IN_TEST_MODE };
    const visited = await this.visit(application, url, hand, isGerman(job), run);
    const { picture, pageUrl, refused } = visited;
    if (refused !== null && run.flags.testMode) return { ...base, ...NOT_IN_TEST_MODE };
    if (refused !== null) throw new AddressRefusedError(refused);
    const screenshotSha256 = picture && (await this.store.keepPicture(application, picture, pageUrl));
    run.log.info(`filled in ${visited.filled.length} fields of ${url.host}`, { applicationId, pageUrl });
    return { ...base, ...reportOf(visited), screenshotSha256 };
  }

  private async atHand(application: Application, run: OperationRun): Promise<AtHand> {
    const { letterId, attachments } = application;
    const [profile, letter] = await Promise.all([
      run.call(GetProfile, {}),
      letterId === null ? null : run.call(GetDocument, { documentId: letterId, format: 'md' }),
    ]);
    const text = letter && letterTextOf(Buffer.from(letter.content, 'base64').toString('utf8'));
    return atHandOf(profile, text, attachments);
  }

  private visit(
    application: Application,
    url: URL,
    hand: AtHand,
    german: boolean,
    run: OperationRun,
  ): Promise<Visited> {
    const { path, trusted, timeoutMs } = this.settings.browser;
    return visitForm({
      browser: path,
      env: surroundings(this.settings.env),
      url: url.href,
      locale: german ? 'de-DE' : 'en-GB',
      timeoutMs,
      trusted,
      onlyTrusted: run.flags.testMode,
      signal: run.signal,
      plan: (page) => planFills(page, hand),
      file: async (sha256) => {
        const file = application.attachments.find((each) => each.sha256 === sha256);
        const content = file && (await this.store.file(application, sha256));
        if (!file || !content) throw new FileMissingError(application._id, file?.fileName ?? sha256);
        return { name: file.fileName, mimeType: file.mediaType, buffer: content };
      },
    });
  }
}

function formOf({ _id, channel, applyUrl, to }: Application): URL {
  if (channel !== 'form') throw new NoFormError(_id, `it goes by mail to ${to ?? 'the employer'}`);
  const url = applyUrl !== null && URL.canParse(applyUrl) ? new URL(applyUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new NoFormError(_id, `${JSON.stringify(applyUrl)} is no address of a page`);
  return url;
}

/** What a browser needs to start, and nothing else of what the service knows. */
const surroundings = (env: ApplierSettings['env']): Record<string, string> => ({
  PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  HOME: env['HOME'] ?? env['TMPDIR'] ?? '/tmp',
  ...(env['TMPDIR'] === undefined ? {} : { TMPDIR: env['TMPDIR'] }),
});

const EMPTY = { pageUrl: null, filled: [], left: [], obstacle: null, heldBack: 0, screenshotSha256: null };

const NOT_IN_TEST_MODE = {
  ...EMPTY,
  success: false,
  obstacle: 'test-mode' as const,
  message:
    'test mode opens no page of the outside; those that it may open are named by APPLIER_BROWSER_TRUSTED',
};

function rehearsed({ texts, files }: AtHand) {
  const values = Object.entries(texts).map(([field, value]) => ({
    field: field as Fill['field'],
    label: '',
    value: field === 'letterText' ? `the letter, ${value.length} characters` : value,
  }));
  const papers = files.map(({ kind, fileName, bytes }) => ({
    field: kind,
    label: '',
    value: `${fileName} (${bytes} bytes)`,
  }));
  const filled = [...values, ...papers];
  const message = `a dry run: no page is opened; ${filled.length} values are at hand`;
  return { ...EMPTY, success: filled.length > 0, filled, message };
}

function reportOf(visited: Visited) {
  const { plan, filled, failed, pageUrl, heldBack, unreachable } = visited;
  const left: LeftFieldDto[] = [
    ...failed.map(({ fill: { label, required }, why }) => ({ label, required, why })),
    ...plan.left,
  ];
  const obstacle = filled.length > 0 ? null : (plan.obstacle ?? 'nothing-recognised');
  return {
    success: filled.length > 0,
    pageUrl: unreachable === null ? pageUrl : null,
    filled: filled.map(({ field, label, shown }) => ({ field, label, value: shown })),
    left,
    obstacle,
    heldBack,
    message: messageOf({ obstacle, filled: filled.length, left, unreachable, heldBack, frames: plan.frames }),
  };
}
