import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';

/** What the server does with the next mails. */
export type Manner =
  | 'takes'
  /** At the connection, for good and for now. */
  | 'turns-away'
  | 'is-busy'
  /** Breaks off before it was given anything of the mail. */
  | 'drops-early'
  /** At the recipient, for good and for now. */
  | 'refuses'
  | 'greylists'
  | 'greylists-mailbox'
  /** Once it has the whole mail. */
  | 'refuses-content'
  | 'defers-content'
  | 'drops-the-line'
  /** Holds its answer to the whole mail back until `letGo`. */
  | 'holds';

export interface MailServer {
  readonly url: string;
  readonly mails: readonly { readonly from: string; readonly to: readonly string[]; readonly raw: Buffer }[];
  manner: Manner;
  /** How many mails it has seen whole, whatever it did with them. */
  seen(): number;
  /** Resolve once a mail is held back, and once it is the second one that the server sees. */
  readonly held: Promise<void>;
  readonly heldTwice: Promise<void>;
  letGo(): void;
  /** Reads a mail back. */
  read(index: number): Promise<Email>;
  close(): Promise<void>;
}

class Reply extends Error {
  constructor(
    readonly responseCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** Starts a real mail server on a free port that keeps what it takes. */
export async function startMailServer(login?: { user: string; pass: string }): Promise<MailServer> {
  const mails: { from: string; to: string[]; raw: Buffer }[] = [];
  let seen = 0;
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let holding: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (holding = resolve));
  let holdingAgain: () => void = () => undefined;
  const heldTwice = new Promise<void>((resolve) => (holdingAgain = resolve));
  const server = new SMTPServer({
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      if (username === login?.user && password === login?.pass) return callback(null, { user: username });
      return callback(new Reply(535, 'no such account'));
    },
    onConnect(_session, callback) {
      if (state.manner === 'turns-away') return callback(new Reply(554, 'no mail from you'));
      if (state.manner === 'is-busy') return callback(new Reply(421, 'too many connections'));
      return callback();
    },
    onRcptTo(_address, _session, callback) {
      if (state.manner === 'drops-early') return dropAll();
      if (state.manner === 'greylists-mailbox') return callback(new Reply(450, 'greylisted'));
      if (state.manner === 'refuses') return callback(new Reply(550, 'no such mailbox'));
      if (state.manner === 'greylists') return callback(new Reply(451, 'greylisted, try again in 7 minutes'));
      return callback();
    },
    onData(stream, session, callback) {
      void answer(stream, session).then(() => callback(), callback);
    },
  });
  const answer = async (stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    seen += 1;
    if (state.manner === 'refuses-content') throw new Reply(554, 'content refused');
    if (state.manner === 'defers-content') throw new Reply(452, 'disk full');
    if (state.manner === 'drops-the-line') {
      dropAll();
      return;
    }
    if (state.manner === 'holds') {
      if (seen > 1) holdingAgain();
      holding();
      await released;
    }
    const from = envelope.mailFrom ? envelope.mailFrom.address : '';
    mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks) });
  };
  const sockets = () =>
    (server as unknown as { connections: Set<{ _socket: { destroy(): void } }> }).connections;
  const dropAll = (): void => {
    for (const { _socket } of sockets()) _socket.destroy();
  };
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const state: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    manner: 'takes',
    seen: () => seen,
    held,
    heldTwice,
    letGo: () => letGo(),
    read: (index) => PostalMime.parse(mails[index]?.raw ?? ''),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return state;
}
