import { mkdir, rename, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';

/** A mail as it came in. */
export interface CaughtMail {
  /** Of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  /** The whole mail, as RFC 5322 has it. */
  readonly file: string;
  readonly bytes: number;
}

export interface MailCatcher {
  /** For SMTP_URL and CATCHER_SMTP_URL. */
  readonly url: string;
  readonly folder: string;
  /** What it has taken since it started, the oldest first. */
  readonly mails: readonly CaughtMail[];
  close(): Promise<void>;
}

export interface MailCatcherOptions {
  /** Where mails are put, each as a file of its own; made if it is not there. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly host?: string;
}

/** 50 MB: more than mail servers out there take. */
const MOST_BYTES = 50_000_000;

/**
 * Starts a mail server that takes every mail, passes none on, and keeps each as a file: what would go out can be looked
 * at. A mail is said to be taken once its file lies there whole.
 */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const { folder, port = 0, host = '127.0.0.1' } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mails: CaughtMail[] = [];
  let begun = 0;
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: MOST_BYTES,
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    onData: (stream, session, done) => {
      keep(stream, session).then(
        () => done(),
        (error: Error) => done(error),
      );
    },
  });

  async function keep(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const number = ++begun;
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    if (stream.sizeExceeded) throw Object.assign(new Error('the mail is too long'), { responseCode: 552 });
    const raw = Buffer.concat(chunks);
    const file = path.join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}-${number}.eml`);
    await writeFile(`${file}.part`, raw, { mode: 0o600 });
    await rename(`${file}.part`, file);
    const from = envelope.mailFrom ? envelope.mailFrom.address : '';
    mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), file, bytes: raw.length });
  }

  // What a client does wrong, such as hanging up, is its own affair.
  server.on('error', () => undefined);
  server.listen(port, host);
  await once(server.server, 'listening');
  const { port: taken } = server.server.address() as AddressInfo;
  return {
    url: `smtp://${host}:${taken}`,
    folder,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
