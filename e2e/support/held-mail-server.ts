import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail that the server has accepted. */
export interface AcceptedMail {
  readonly to: readonly string[];
  readonly raw: Buffer;
}

/** A mail server whose answer to a whole mail a test can hold back, so that a process can be killed while it waits. */
export interface HeldMailServer {
  readonly url: string;
  /** How many mails were handed over whole, whatever became of them. */
  handedOver(): number;
  /** Resolves when so many were. */
  reached(count: number): Promise<void>;
  /** From now on a mail that was handed over is neither accepted nor refused. */
  hold(): void;
  /** Accepts what waits, whether or not somebody still listens, and what is to come. */
  accept(): void;
  /** Forgets what waits, as a server does that dies over it, and accepts what is to come. */
  forget(): void;
  /** Those that it has accepted for an address. */
  acceptedFor(address: string): AcceptedMail[];
  close(): Promise<void>;
}

export const readMail = ({ raw }: AcceptedMail): Promise<Email> => PostalMime.parse(raw);

/** Starts a real SMTP server on a free port that keeps what it accepts. */
export async function startHeldMailServer(): Promise<HeldMailServer> {
  const accepted: AcceptedMail[] = [];
  const waiting: { accept(): void; forget(): void }[] = [];
  const watchers: { count: number; resolve: () => void }[] = [];
  let handedOver = 0;
  let holding = false;

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        const accept = () => {
          accepted.push({ to, raw: Buffer.concat(chunks) });
          callback();
        };
        handedOver += 1;
        if (holding) waiting.push({ accept, forget: () => callback(new Error('forgotten')) });
        else accept();
        for (const { count, resolve } of watchers) if (handedOver >= count) resolve();
      });
    },
  });
  server.on('error', () => undefined); // a client that was killed
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const settle = (how: 'accept' | 'forget'): void => {
    holding = false;
    for (const mail of waiting.splice(0)) mail[how]();
  };

  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    handedOver: () => handedOver,
    reached: (count) =>
      new Promise((resolve) => (handedOver >= count ? resolve() : watchers.push({ count, resolve }))),
    hold: () => void (holding = true),
    accept: () => settle('accept'),
    forget: () => settle('forget'),
    acceptedFor: (address) => accepted.filter(({ to }) => to.includes(address)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
