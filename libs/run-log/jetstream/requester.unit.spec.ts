import { beforeEach, expect, it } from '@jest/globals';
import type { Msg, NatsConnection, Subscription, SubscriptionOptions } from '@nats-io/transport-node';
import { Outbox } from './outbox.js';
import { Requester } from './requester.js';

const HOUR_MS = 3_600_000;
const NOTHING = new Uint8Array(0);
const ask = (subject: string) => ({ subject, headers: {}, body: NOTHING });

let published: { readonly subject: string; readonly reply: string | undefined }[];
let answer: (reply: string, headers?: { code: number }) => void;
let closed: boolean;
let outbox: Outbox;
let requester: Requester;

beforeEach(() => {
  published = [];
  closed = false;
  const connection: Pick<NatsConnection, 'publish' | 'subscribe' | 'isClosed' | 'isDraining'> = {
    isClosed: () => closed,
    isDraining: () => false,
    publish: (subject, _, options) => {
      if (closed) throw new Error('closed');
      if (subject === 'refused') throw new Error('the client refuses');
      published.push({ subject, reply: options?.reply });
    },
    subscribe: (_, options?: SubscriptionOptions) => {
      answer = (subject, headers) => {
        const message = { subject, headers, data: NOTHING };
        void options?.callback?.(null, message as unknown as Msg);
      };
      return { unsubscribe: () => undefined } as unknown as Subscription;
    },
  };
  outbox = new Outbox(connection);
  requester = new Requester(connection, outbox, () => true);
});

it('resolves each request with the answer to it', async () => {
  const first = requester.request(ask('a'), HOUR_MS);
  const second = requester.request(ask('b'), HOUR_MS);
  outbox.flush();
  const [a, b] = published.map(({ reply }) => reply!);
  answer(b!);
  answer(a!);
  expect((await first).subject).toBe(a);
  expect((await second).subject).toBe(b);
});

it('rejects the one request that the client refuses', async () => {
  const first = requester.request(ask('a'), HOUR_MS);
  const second = requester.request(ask('refused'), HOUR_MS);
  const third = requester.request(ask('b'), HOUR_MS);
  outbox.flush();
  for (const { reply } of published) answer(reply!);
  await expect(second).rejects.toThrow('the client refuses');
  await expect(first).resolves.toBeDefined();
  await expect(third).resolves.toBeDefined();
});

it('says of a closed connection that it is closed', async () => {
  const asked = requester.request(ask('a'), HOUR_MS);
  closed = true;
  outbox.flush();
  await expect(asked).rejects.toMatchObject({ reason: 'closed' });
});

it('sends what goes before a request in front of it, without a reply', async () => {
  const asked = requester.request(ask('c'), HOUR_MS, [ask('a'), ask('b')]);
  outbox.flush();
  expect(published.map(({ subject }) => subject)).toEqual(['a', 'b', 'c']);
  expect(published.map(({ reply }) => reply !== undefined)).toEqual([false, false, true]);
  answer(published[2]!.reply!);
  await expect(asked).resolves.toBeDefined();
});

it('sends no request whose forerunner the client refuses', async () => {
  const asked = requester.request(ask('c'), HOUR_MS, [ask('a'), ask('refused'), ask('b')]);
  outbox.flush();
  await expect(asked).rejects.toThrow('the client refuses');
  expect(published.map(({ subject }) => subject)).toEqual(['a']);
});

it('does not send what is given up before its turn', async () => {
  const asked = requester.request(ask('b'), HOUR_MS, [ask('a')]);
  requester.send(ask('c'));
  requester.abandon('disconnected');
  outbox.flush();
  await expect(asked).rejects.toMatchObject({ reason: 'disconnected' });
  expect(published.map(({ subject }) => subject)).toEqual(['c']);
});

it('names a missing responder', async () => {
  const asked = requester.request(ask('a'), HOUR_MS);
  outbox.flush();
  answer(published[0]!.reply!, { code: 503 });
  await expect(asked).rejects.toMatchObject({ reason: 'no responders' });
});
