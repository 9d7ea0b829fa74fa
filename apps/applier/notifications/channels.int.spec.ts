import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Notify } from '#libs/contracts';
import type { NotifyInput } from '#libs/contracts';
import { KIM, playApplier } from '../testing/applier.fixtures.js';
import type { PlayedApplier } from '../testing/applier.fixtures.js';
import { startMailServer } from '#libs/mail/testing';
import type { MailServer } from '#libs/mail/testing';

const TIMEOUT_MS = 300;

let hooks: Server;
let mail: MailServer;
let applier: PlayedApplier;
const posts: { path: string; body: unknown }[] = [];
const tell = (said: Partial<NotifyInput>, options: object = KIM) =>
  applier.client.call(Notify, { notificationType: 'info', message: 'hello', ...said }, options);

beforeAll(async () => {
  hooks = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      posts.push({ path, body: JSON.parse(Buffer.concat(chunks).toString()) });
      if (path === '/hangs') return;
      // Begins to answer and never ends.
      if (path === '/trickles') return void response.writeHead(200).write('o');
      if (path === '/moved') response.setHeader('location', '/elsewhere');
      response.statusCode = path === '/broken' ? 500 : path === '/moved' ? 302 : 200;
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}`;
  mail = await startMailServer();
  applier = await playApplier({
    SMTP_URL: mail.url,
    NOTIFY_EMAIL: 'kim@kim.example',
    NOTIFY_SLACK_URL: 'env:HOOK',
    HOOK: `${base}/hangs`,
    NOTIFY_MATTERMOST_URL: `${base}/moved`,
    NOTIFY_DISCORD_URL: `${base}/broken`,
    NOTIFY_NTFY_URL: `${base}/topic`,
    NOTIFY_TIMEOUT_MS: String(TIMEOUT_MS),
    CATCHER_WEBHOOK_URL: `${base}/trickles`,
    ACCOUNTS_USER_ID: 'kim',
  });
});
afterAll(async () => {
  await applier.close();
  await mail.close();
  hooks.closeAllConnections();
  await new Promise((resolve) => hooks.close(resolve));
});
beforeEach(() => {
  posts.length = 0;
});

describe('a notification', () => {
  it('is told by all channels that are set up, and none of them fails the work or holds it up', async () => {
    const answer = await tell({
      template: 'application-sent',
      message: undefined,
      metadata: { title: 'Koch', to: 'x' },
    });
    const outcomes = Object.fromEntries(
      answer.deliveries.map(({ channel, delivered, message }) => [channel, delivered ? 'told' : message]),
    );
    expect(answer.success).toBe(true);
    expect(outcomes).toEqual({
      email: 'told',
      slack: expect.stringContaining(`did not answer within ${TIMEOUT_MS} ms`),
      mattermost: expect.stringContaining('answered 302'),
      discord: expect.stringContaining('answered 500'),
      ntfy: 'told',
    });
    expect(JSON.stringify(outcomes)).not.toContain('/hangs');
    expect(await mail.read(mail.mails.length - 1)).toMatchObject({
      to: [{ address: 'kim@kim.example' }],
      text: expect.stringContaining('Your application for Koch at – went out to x.'),
    });
    expect(posts.find(({ path }) => path === '/')?.body).toMatchObject({ topic: 'topic' });
  });

  it('is kept with how the channels took it', async () => {
    const { notificationId } = await tell({ channels: ['discord'] });
    const kept = await applier.mongo
      .collection<{ _id: string }>('notifications')
      .findOne({ _id: notificationId ?? '' });
    expect(kept).toMatchObject({ message: 'hello', deliveries: [{ channel: 'discord', delivered: false }] });
  });

  it('is told once by each channel, however often the same attempt is made', async () => {
    const options = { ...KIM, idempotencyKey: 'tell-1' };
    const channels: NotifyInput['channels'] = ['ntfy', 'discord'];
    await tell({ channels }, options);
    const again = await tell({ channels }, options);
    expect(posts.map(({ path }) => path).sort()).toEqual(['/', '/broken', '/broken']);
    expect(again.deliveries).toMatchObject([
      { channel: 'ntfy', delivered: true },
      { channel: 'discord', delivered: false },
    ]);
  });

  it('goes to the catcher in test mode, and nowhere in a dry run', async () => {
    await tell({ channels: ['slack'] }, { ...KIM, flags: { testMode: true } });
    expect(posts).toEqual([{ path: '/trickles', body: { text: 'hello' } }]);
    expect(await tell({}, { ...KIM, flags: { dryRun: true } })).toMatchObject({ deliveries: [] });
    expect(posts).toHaveLength(1);
  });

  it('of another person is told by nobody’s account', async () => {
    const lou = { actor: { userId: 'lou', channel: 'cli' } };
    expect(await tell({}, lou)).toMatchObject({ success: true, deliveries: [] });
    expect(await tell({ channels: ['ntfy'] }, lou)).toMatchObject({
      success: true,
      deliveries: [{ delivered: false, message: 'ntfy is not set up for you' }],
    });
    expect(posts).toEqual([]);
  });

  it.each([
    [{ message: undefined }, 'message'],
    [{ template: 'gossip' as never }, 'template'],
    [{ channels: ['fax'] as never }, 'channels[0]'],
  ])('names what is wrong with %j', async (said, field) => {
    await expect(tell(said)).rejects.toMatchObject({
      code: 'operation/invalid-input',
      fields: [expect.objectContaining({ field: expect.stringContaining(field.slice(0, 7)) })],
    });
  });
});
