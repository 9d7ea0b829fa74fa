import { isAbsolute } from 'node:path';
import { isEmail, isURL } from 'class-validator';
import { EnvironmentError } from '#libs/operations';
import { secretSetting } from '#libs/secrets';
import { hostWithPort } from '../forms/host-with-port.js';
import type { Mailbox } from '../applications/outgoing.js';

type Environment = Readonly<Record<string, string | undefined>>;

export const WEBHOOK_CHANNELS = ['slack', 'mattermost', 'discord', 'ntfy'] as const;
export type WebhookChannel = (typeof WEBHOOK_CHANNELS)[number];

/** What the service knows of accounts. Secrets stand here as they were said, as references where they were. */
export interface ApplierSettings {
  /** Whose the accounts are; null on one person's machine, where they are everybody's. */
  readonly accountsOf: string | null;
  readonly smtp: {
    readonly url: string | null;
    readonly user: string | null;
    readonly password: string | null;
    /** Takes all mail of test mode. */
    readonly catcherUrl: string | null;
    /** Longest silence of a mail server, in milliseconds. */
    readonly silenceMs: number;
  };
  readonly mailFrom: Mailbox | null;
  readonly mailReplyTo: string | null;
  readonly notify: {
    readonly email: string | null;
    readonly webhooks: Readonly<Partial<Record<WebhookChannel, string>>>;
    readonly ntfyToken: string | null;
    /** Takes all webhooks of test mode. */
    readonly catcherUrl: string | null;
    /** After so long a webhook is given up, in milliseconds. */
    readonly timeoutMs: number;
  };
  /** Opens employers' forms. */
  readonly browser: {
    /** Of a Chromium; null where forms are not opened. */
    readonly path: string | null;
    /** Hosts with their ports that may lie in a private network, and that test mode may open. */
    readonly trusted: readonly string[];
    /** After so long a page is given up, in milliseconds. */
    readonly timeoutMs: number;
  };
  /** Where references to variables are looked up. */
  readonly env: Environment;
}

const REFERENCE = /^(env|file):./;
const address = (text: string): boolean => isEmail(text, { allow_utf8_local_part: false });
const MAILBOX = /^(?:([^<>"\r\n]{1,200}?)\s*<([^<>\s]+)>|([^<>\s]+))$/;

/**
 * Reads the settings of the service. Throws EnvironmentError that names each bad one; the values of those that may
 * hold a secret are not shown.
 */
export function readApplierSettings(env: Environment): ApplierSettings {
  const problems: string[] = [];
  const said = (name: string): string | null => env[name]?.trim() || null;
  /** The variable itself, or the file that the variable with _FILE names. */
  const secret = (name: string): string | null => {
    try {
      return secretSetting(env, name) ?? null;
    } catch (error) {
      problems.push((error as Error).message);
      return null;
    }
  };
  const checked = (name: string, fits: (text: string) => boolean, expected: string): string | null => {
    const text = said(name);
    if (text !== null && !fits(text)) problems.push(`${name} makes no sense; expected ${expected}`);
    return text;
  };
  const secretUrl = (name: string, protocols: string[]): string | null => {
    const text = secret(name);
    if (text === null || REFERENCE.test(text)) return text;
    if (isURL(text, { protocols, require_protocol: true, require_tld: false })) return text;
    const expected = protocols.map((protocol) => `${protocol}://…`).join(' or ');
    problems.push(`${name} makes no sense; expected ${expected}, env:NAME or file:/path`);
    return text;
  };
  const milliseconds = (name: string, fallback: number): number => {
    const text = checked(name, (value) => /^\d{2,6}$/.test(value), 'milliseconds');
    return text === null ? fallback : Number(text);
  };
  const smtpUrl = (name: string) => secretUrl(name, ['smtp', 'smtps']);
  const from = checked('MAIL_FROM', (text) => mailboxIn(text) !== null, 'Name <name@host>');
  const trusted = checked(
    'APPLIER_BROWSER_TRUSTED',
    (text) => !hostsIn(text).includes(null),
    'origins such as http://127.0.0.1:8080, with commas between',
  );
  const webhooks: Partial<Record<WebhookChannel, string>> = {};
  for (const channel of WEBHOOK_CHANNELS) {
    const url = secretUrl(`NOTIFY_${channel.toUpperCase()}_URL`, ['https', 'http']);
    if (url !== null) webhooks[channel] = url;
  }
  const settings: ApplierSettings = {
    accountsOf: said('ACCOUNTS_USER_ID'),
    smtp: {
      url: smtpUrl('SMTP_URL'),
      user: said('SMTP_USER'),
      password: secret('SMTP_PASSWORD'),
      catcherUrl: smtpUrl('CATCHER_SMTP_URL'),
      silenceMs: milliseconds('SMTP_SILENCE_MS', 60_000),
    },
    mailFrom: from === null ? null : mailboxIn(from),
    mailReplyTo: checked('MAIL_REPLY_TO', address, 'name@host'),
    notify: {
      email: checked('NOTIFY_EMAIL', address, 'name@host'),
      webhooks,
      ntfyToken: secret('NOTIFY_NTFY_TOKEN'),
      catcherUrl: secretUrl('CATCHER_WEBHOOK_URL', ['https', 'http']),
      timeoutMs: milliseconds('NOTIFY_TIMEOUT_MS', 10_000),
    },
    browser: {
      path: checked('APPLIER_BROWSER', isAbsolute, 'the whole path of a Chromium'),
      trusted: trusted === null ? [] : hostsIn(trusted).filter((host) => host !== null),
      timeoutMs: milliseconds('APPLIER_BROWSER_TIMEOUT_MS', 30_000),
    },
    env,
  };
  if (problems.length > 0) throw new EnvironmentError(problems);
  return settings;
}

/** Null stands for each that is none. */
function hostsIn(text: string): (string | null)[] {
  return text.split(',').map((each) => {
    const url = URL.canParse(each.trim()) ? new URL(each.trim()) : null;
    return url && /^https?:$/.test(url.protocol) && url.pathname === '/' ? hostWithPort(url) : null;
  });
}

function mailboxIn(text: string): Mailbox | null {
  const [, name = '', inBrackets, bare] = MAILBOX.exec(text) ?? [];
  const found = inBrackets ?? bare ?? '';
  return address(found) ? { name: name.trim(), address: found } : null;
}
