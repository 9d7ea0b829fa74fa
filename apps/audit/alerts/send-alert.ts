import { createTransport } from 'nodemailer';
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
  const url = readSecretUrl('ALERT_SMTP_URL', smtpUrl, ['smtp:', 'smtps:'], { env });
  const transport = createTransport({
    url: url.href,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const host = from.split('@').at(-1) ?? 'localhost';
    const { response } = await transport.sendMail({
      from: { name: 'JobHunter', address: from },
      to,
      subject: oneLine(subject),
      text,
      messageId: `<${id.replace(/[^A-Za-z0-9._-]/g, '.')}@${host}>`,
    });
    return { kind: 'sent', said: `${url.host}: ${response}`.slice(0, 300) };
  } catch (error) {
    const { command, message } = error as { command?: string; message: string };
    // Once the message itself was handed over, a lost answer says nothing.
    const lost = command === 'DATA' && !('responseCode' in (error as object));
    return { kind: lost ? 'unknown' : 'refused', said: `${url.host}: ${message}`.slice(0, 300) };
  } finally {
    transport.close();
  }
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
