import { accountAt, SMTP_PROTOCOLS } from '#libs/mail';
import type { SmtpAccount } from '#libs/mail';
import { TerminalError } from '#libs/operations';
import { readSecret, readSecretUrl } from '#libs/secrets';
import type { ApplierSettings } from '../settings/applier-settings.js';

export class NoMailAccountError extends TerminalError {
  constructor(setting: 'SMTP_URL' | 'CATCHER_SMTP_URL') {
    super(
      'applier/no-mail-account',
      setting === 'SMTP_URL'
        ? 'no mail account is set up for this person: set SMTP_URL (and ACCOUNTS_USER_ID, where it names somebody else)'
        : 'mail of test mode goes to a catcher, and none is set up: set CATCHER_SMTP_URL',
    );
  }
}

export interface Whose {
  readonly userId: string;
  readonly testMode: boolean;
}

type MailSettings = Pick<ApplierSettings, 'smtp' | 'accountsOf' | 'env'>;

/** Tells whether mail can be sent for somebody: in test mode to the catcher, else from their own account. */
export function hasAccount({ smtp, accountsOf }: MailSettings, { userId, testMode }: Whose): boolean {
  if (testMode) return smtp.catcherUrl !== null;
  return smtp.url !== null && (accountsOf === null || accountsOf === userId);
}

/** Gives the account to send from, its secrets resolved. Throws NoMailAccountError and UnreadableSecretError. */
export async function accountOf(settings: MailSettings, whose: Whose): Promise<SmtpAccount> {
  const { smtp, env } = settings;
  const setting = whose.testMode ? 'CATCHER_SMTP_URL' : 'SMTP_URL';
  const said = whose.testMode ? smtp.catcherUrl : smtp.url;
  if (said === null || !hasAccount(settings, whose)) throw new NoMailAccountError(setting);
  const url = readSecretUrl(setting, said, SMTP_PROTOCOLS, { env });
  const { silenceMs } = smtp;
  if (whose.testMode) return accountAt(url, { silenceMs });
  const password = smtp.password === null ? null : readSecret('SMTP_PASSWORD', smtp.password, { env });
  return accountAt(url, { user: smtp.user, password, silenceMs });
}
