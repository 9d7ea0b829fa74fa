import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startMailServer } from './testing/index.js';
import type { MailServer } from './testing/index.js';
import { deliver } from './deliver.js';
import type { SmtpAccount } from './smtp-account.js';

const NEVER = new AbortController().signal;
const MAIL = { from: 'kim@x.example', to: 'jobs@y.example', raw: Buffer.from('Subject: a\r\n\r\n.dots\r\n') };

let server: MailServer;
const account = (said: Partial<SmtpAccount> = {}): SmtpAccount => ({
  host: '127.0.0.1',
  port: Number(new URL(server.url).port),
  secure: false,
  requireTLS: false,
  ignoreTLS: true,
  user: null,
  password: null,
  silenceMs: 5_000,
  ...said,
});

beforeEach(async () => {
  server = await startMailServer({ user: 'kim', pass: 'right' });
});
afterEach(() => server.close());

describe('a mail', () => {
  const kim = { user: 'kim', password: 'right' };

  it('arrives byte by byte', async () => {
    expect(await deliver(account(kim), MAIL, NEVER)).toMatchObject({ kind: 'sent' });
    expect(server.mails).toMatchObject([{ from: MAIL.from, to: [MAIL.to], raw: MAIL.raw }]);
  });

  it('is refused with a wrong password, and without one where one is wanted', async () => {
    const wrong = await deliver(account({ ...kim, password: 'wrong' }), MAIL, NEVER);
    expect(wrong).toMatchObject({ kind: 'refused', said: expect.stringContaining('535') });
    expect(wrong.said).not.toContain('wrong');
    expect(await deliver(account(), MAIL, NEVER)).toMatchObject({ kind: 'refused' });
  });

  it('is refused to a server that has no TLS where a password would go in the clear', async () => {
    const answer = await deliver(account({ ...kim, ignoreTLS: false, requireTLS: true }), MAIL, NEVER);
    expect(answer.kind).not.toBe('sent');
    expect(server.seen()).toBe(0);
  });

  it('is unknown where the server falls silent over it, and where it is called off by then', async () => {
    server.manner = 'holds';
    expect(await deliver(account({ ...kim, silenceMs: 1_500 }), MAIL, NEVER)).toMatchObject({
      kind: 'unknown',
    });
    const stop = new AbortController();
    const sending = deliver(account(kim), MAIL, stop.signal);
    await server.heldTwice;
    stop.abort();
    expect(await sending).toEqual({ kind: 'unknown', said: 'the sending was called off' });
    server.letGo();
  });

  it('is not begun once it is called off', async () => {
    expect(await deliver(account(kim), MAIL, AbortSignal.abort())).toMatchObject({ kind: 'later' });
    expect(server.seen()).toBe(0);
  });
});

describe('a server that cannot be talked to', () => {
  let silent: Server;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    sockets.splice(0).forEach((socket) => socket.destroy());
    silent.close();
  });

  it('is tried later where it says nothing at all, and where nobody listens', async () => {
    const { port } = silent.address() as AddressInfo;
    expect(await deliver(account({ port, silenceMs: 200 }), MAIL, NEVER)).toMatchObject({ kind: 'later' });
    await new Promise((resolve) => {
      sockets.splice(0).forEach((socket) => socket.destroy());
      silent.close(resolve);
    });
    expect(await deliver(account({ port }), MAIL, NEVER)).toMatchObject({
      kind: 'later',
      said: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
