import { TerminalError } from '#libs/operations';
import { readSecret, readSecretUrl } from '#libs/secrets';
import type { ApplierSettings } from '../settings/applier-settings.js';

/** A mail server as it is to be talked to. */
export interface SmtpAccount {
  readonly host: string;
  readonly port: number;
  /** TLS from the start. */
  readonly secure: boolean;
  /** STARTTLS or nothing: a password never travels in the clear beyond this machine. */
  readonly requireTLS: boolean;
  readonly ignoreTLS: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly silenceMs: number;
}

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

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;
const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;

/** Gives the account to send from, its secrets resolved. Throws NoMailAccountError and UnreadableSecretError. */
export async function accountOf(settings: MailSettings, whose: Whose): Promise<SmtpAccount> {
  const { smtp, env } = settings;
  const setting = whose.testMode ? 'CATCHER_SMTP_URL' : 'SMTP_URL';
  const said = whose.testMode ? smtp.catcherUrl : smtp.url;
  if (said === null || !hasAccount(settings, whose)) throw new NoMailAccountError(setting);
  const url = readSecretUrl(setting, said, Object.keys(PORTS), { env });
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const own = whose.testMode ? { user: null, password: null } : smtp;
  const user = own.user ?? (decodeURIComponent(url.username) || null);
  const password =
    own.password === null
      ? decodeURIComponent(url.password) || null
      : readSecret('SMTP_PASSWORD', own.password, { env });
  const secure = url.protocol === 'smtps:';
  const near = LOOPBACK.test(host);
  return {
    host,
    port: url.port === '' ? PORTS[secure ? 'smtps:' : 'smtp:'] : Number(url.port),
    secure,
    requireTLS: !secure && !near && user !== null,
    ignoreTLS: !secure && near,
    user,
    password,
    silenceMs: smtp.silenceMs,
  };
}
