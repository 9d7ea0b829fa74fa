import type { ApplicationWarningDto, JobDto, PreferencesDto } from '#libs/contracts';
import { namesEmployer } from './employer-name.js';

/** An application that went out to the same employer. */
export interface EarlierApplication {
  readonly title: string;
  readonly sentAt: Date | null;
}

export interface Circumstances {
  readonly job: Pick<JobDto, 'company' | 'processing' | 'validThrough'>;
  readonly preferences: Pick<PreferencesDto, 'blockedEmployers' | 'dailyLimit'>;
  /** To the same employer, the newest first. */
  readonly earlier: readonly EarlierApplication[];
  readonly sentToday: number;
  /** Addresses in the text between which it cannot be told. */
  readonly several: readonly string[];
  /** There is an address to mail to and no account to mail from. */
  readonly lacksAccount: boolean;
  readonly now: Date;
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** Names what a person should know before they approve. */
export function warningsOf(circumstances: Circumstances): ApplicationWarningDto[] {
  const { job, preferences, earlier, sentToday, several, lacksAccount, now } = circumstances;
  const warnings: ApplicationWarningDto[] = [];
  const warn = (code: ApplicationWarningDto['code'], message: string): void =>
    void warnings.push({ code, message });
  const blocked = preferences.blockedEmployers.find((name) => namesEmployer(job.company, name));
  if (blocked !== undefined)
    warn('blocked-employer', `${job.company} is an employer that you have blocked (${blocked})`);
  const [last] = earlier;
  if (last)
    warn(
      'same-employer',
      `you have applied to ${job.company} before: ${earlier.length} in all, the last for “${last.title}”${last.sentAt ? ` on ${day(last.sentAt)}` : ''}`,
    );
  const { repostOf, agency } = job.processing ?? { repostOf: null, agency: false };
  if (repostOf) warn('repost', `the employer has posted this before (${repostOf})`);
  if (agency) warn('agency', `${job.company} is an agency that posts for somebody else`);
  if (job.validThrough && Date.parse(job.validThrough) < now.getTime())
    warn('expired', `applications were taken until ${job.validThrough.slice(0, 10)}`);
  if (sentToday >= preferences.dailyLimit)
    warn(
      'daily-limit',
      `${sentToday} applications went out today, and your limit is ${preferences.dailyLimit}: it cannot be sent before tomorrow (UTC)`,
    );
  if (several.length > 0)
    warn('several-addresses', `the posting names several addresses: ${several.slice(0, 5).join(', ')}`);
  if (lacksAccount)
    warn('no-mail-account', 'the posting names a mail address, but no mail account is set up (SMTP_URL)');
  return warnings;
}
