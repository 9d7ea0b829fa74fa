import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { judgeFailure } from './judge-failure.js';
import type { Delivery, SmtpFailure } from './judge-failure.js';
import type { SmtpAccount } from './smtp-account.js';

export interface Mail {
  readonly from: string;
  readonly to: string;
  /** The whole message with its headers. */
  readonly raw: Buffer;
}

const CALLED_OFF = 'the sending was called off';

/**
 * Hands a mail to a server, once, over a connection of its own, and tells what became of it. Never throws: a signal
 * that aborts before any of the message was handed over gives `later`, one that aborts afterwards `unknown`.
 *
 * The message is a stream that nobody reads before the server has said yes to DATA; so that it was read tells the one
 * from the other.
 */
export async function deliver(account: SmtpAccount, mail: Mail, signal: AbortSignal): Promise<Delivery> {
  if (signal.aborted) return { kind: 'later', said: CALLED_OFF };
  const { host, port, secure, requireTLS, ignoreTLS, silenceMs } = account;
  let handedOver = false;
  const body = new Readable({
    read() {
      handedOver = true;
      this.push(mail.raw);
      this.push(null);
    },
  });
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    requireTLS,
    ignoreTLS,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    dnsTimeout: silenceMs,
    socketTimeout: silenceMs,
    socketCloseTimeout: 0,
  });
  const broken = new Promise<never>((_resolve, reject) => connection.on('error', reject));
  broken.catch(() => undefined); // it is raced below, or comes too late to matter
  const stop = (): void => void connection.emit('error', new Error(CALLED_OFF));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const said = await Promise.race([broken, talk(connection, account, mail, body)]);
    return { kind: 'sent', said };
  } catch (error) {
    return judgeFailure(error as SmtpFailure, handedOver);
  } finally {
    signal.removeEventListener('abort', stop);
    connection.close();
    body.destroy();
  }
}

async function talk(
  connection: SMTPConnection,
  { user, password, host }: SmtpAccount,
  { from, to, raw }: Mail,
  body: Readable,
): Promise<string> {
  await new Promise<void>((resolve, reject) =>
    connection.connect((error) => (error ? reject(error) : resolve())),
  );
  if (user !== null)
    await new Promise<void>((resolve, reject) =>
      connection.login({ user, pass: password ?? '' }, (error) => (error ? reject(error) : resolve())),
    );
  const response = await new Promise<string>((resolve, reject) =>
    connection.send({ from, to: [to], size: raw.length }, body, (error, info) =>
      error ? reject(error) : resolve(info?.response ?? ''),
    ),
  );
  connection.quit();
  return `${host}: ${response}`.slice(0, 500);
}
