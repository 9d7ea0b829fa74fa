import { accountAt, composeMail, deliver, SMTP_PROTOCOLS } from '#libs/mail';
import { readSecretUrl } from '#libs/secrets';
import type { AlertTargetDto } from '#libs/contracts';
import type { AlertSettings } from './alert-settings.js';

/** What is told. */
export interface AlertMessage {
  /** The same message again has the same: receivers can tell. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  /** For programs. */
  readonly data: object;
}

/** What became of a message. `refused`: nobody has it, and it may be tried again; `unknown`: perhaps somebody has it. */
export interface Sent {
  readonly kind: 'sent' | 'refused' | 'unknown';
  readonly said: string;
}

export type SendAlert = (target: AlertTargetDto, message: AlertMessage) => Promise<Sent>;

/** Makes what hands messages to mail servers and webhooks. It never throws; no secret stands in what it says. */
export function alertSender(settings: AlertSettings): SendAlert {
  return (target, message) => {
    const sending =
      target.channel === 'email' ? mail(settings, target, message) : post(settings, target, message);
    return sending.catch((error: unknown) => ({
      kind: 'refused' as const,
      said: error instanceof Error ? error.message : String(error),
    }));
  };
}

async function mail(
  { smtpUrl, from, timeoutMs, env }: AlertSettings,
  { to = '' }: AlertTargetDto,
  { id, subject, text }: AlertMessage,
): Promise<Sent> {
  if (smtpUrl === null) return { kind: 'refused', said: 'no mail server is set up: set ALERT_SMTP_URL' };
  const url = readSecretUrl('ALERT_SMTP_URL', smtpUrl, SMTP_PROTOCOLS, { env });
  const host = from.split('@').at(-1) ?? 'localhost';
  const raw = await composeMail({
    messageId: `<${id.replace(/[^A-Za-z0-9._-]/g, '.')}@${host}>`,
    date: new Date(),
    from: { name: 'JobHunter', address: from },
    replyTo: null,
    to,
    subject: oneLine(subject),
    text,
    attachments: [],
  });
  const account = accountAt(url, { silenceMs: timeoutMs });
  const { kind, said } = await deliver(account, { from, to, raw }, new AbortController().signal);
  // Whatever was not taken is tried again.
  return {
    kind: kind === 'later' ? 'refused' : kind,
    said: (kind === 'sent' ? said : `${url.host}: ${said}`).slice(0, 300),
  };
}

async function post(
  { timeoutMs, env }: AlertSettings,
  { channel, webhook = '' }: AlertTargetDto,
  { id, subject, text, data }: AlertMessage,
): Promise<Sent> {
  const setting = `ALERT_WEBHOOK_${webhook}`;
  const said = env[setting];
  if (said === undefined || said === '')
    return { kind: 'refused', said: `no webhook is set up: set ${setting}` };
  const url = readSecretUrl(setting, said, ['https:', 'http:'], { env });
  const body =
    channel === 'slack' ? { text: slackText(`*${subject}*\n${text}`) } : { id, subject, text, ...data };
  const patience = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: patience,
    });
  } catch {
    const why = patience.aborted ? `did not answer within ${timeoutMs} ms` : 'cannot be reached';
    return { kind: patience.aborted ? 'unknown' : 'refused', said: `${url.host} ${why}` };
  }
  await response.body?.cancel();
  return { kind: response.ok ? 'sent' : 'refused', said: `${url.host} answered ${response.status}` };
}

/** Whatever the text holds, nobody is mentioned by it. Source: Slack, "Formatting text for app surfaces". */
const slackText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').slice(0, 3_900);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200);
