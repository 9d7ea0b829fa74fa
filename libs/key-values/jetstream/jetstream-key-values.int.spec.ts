import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { ownNats, testNats } from '#libs/testing';
import type { OwnServer } from '#libs/testing';
import { KeyValuesUnavailableError } from '../errors.js';
import { keyValuesFeatures } from '../key-values.features.js';
import { jetStreamBuckets } from './jetstream-buckets.js';

const { servers, user, pass } = testNats();
const reach = (): Promise<NatsConnection> => connect({ servers, user, pass });

async function removeStreams(connection: NatsConnection): Promise<void> {
  const { streams } = await jetstreamManager(connection);
  for (const name of await streams.names().next()) await streams.delete(name);
}

keyValuesFeatures('JetStream', async () => {
  const connection = await reach();
  await removeStreams(connection);
  return {
    buckets: jetStreamBuckets(connection),
    outlive: async (values, key) => {
      while (await values.get(key));
    },
    close: () => connection.close(),
  };
});

describe('a bucket on JetStream', () => {
  let connection: NatsConnection;
  beforeAll(async () => {
    connection = await reach();
    await removeStreams(connection);
  });
  afterAll(() => connection.close());

  const messages = async (bucket: string): Promise<number> => {
    const { streams } = await jetstreamManager(connection);
    return (await streams.info(`KV_${bucket}`)).state.messages;
  };

  it('is read by the tools of any NATS client', async () => {
    await jetStreamBuckets(connection).open('TOOLS').put(['a', 'b c'], [1, 2]);
    const bucket = await new Kvm(connection).open('TOOLS');
    const keys: string[] = [];
    for await (const key of await bucket.keys()) keys.push(key);
    expect(keys).toEqual([`a.=${Buffer.from('b c', 'utf16le').toString('base64url')}`]);
    expect((await bucket.get(keys[0]!))?.json()).toEqual({ value: [1, 2] });
  });

  it('takes the marker of another tool for a removed key', async () => {
    const values = jetStreamBuckets(connection).open('MARKED');
    const first = await values.create(['a'], 1);
    await (await new Kvm(connection).open('MARKED')).delete('a');
    expect(await values.get(['a'])).toBeUndefined();
    await expect(values.put(['a'], 2, { expected: first })).rejects.toMatchObject({
      code: 'key-values/revision-conflict',
    });
    await values.create(['a'], 3);
    expect(await values.get(['a'])).toMatchObject({ value: 3 });
  });

  it('leaves nothing behind of what was replaced or removed', async () => {
    const values = jetStreamBuckets(connection).open('TIDY');
    const large = 'x'.repeat(600_000);
    await values.create(['a'], large);
    expect(await messages('TIDY')).toBe(4);
    await values.put(['a'], `${large}y`);
    expect(await messages('TIDY')).toBe(4);
    await expect(values.create(['a'], large)).rejects.toMatchObject({ code: 'key-values/key-exists' });
    expect(await messages('TIDY')).toBe(4);
    await values.put(['a'], 1);
    expect(await messages('TIDY')).toBe(1);
    await values.put(['a'], large);
    await values.delete(['a']);
    expect(await messages('TIDY')).toBe(0);
  });

  it('says when pieces of a value are lost, in place of looking for them for ever', async () => {
    const values = jetStreamBuckets(connection).open('TORN');
    const revision = await values.create(['a'], 'x'.repeat(600_000));
    const { streams } = await jetstreamManager(connection);
    await streams.purge('KV_TORN', { filter: 'kv-pieces.TORN.>' });
    await expect(values.get(['a'])).rejects.toMatchObject({ code: 'key-values/value-lost', revision });
  });

  it('refuses a stream whose keys cannot expire', async () => {
    await new Kvm(connection).create('PLAIN');
    await expect(jetStreamBuckets(connection).open('PLAIN').get(['a'])).rejects.toMatchObject({
      code: 'run-log/unfit-broker',
    });
  });
});

it('says that the broker is full, and keeps what it holds', async () => {
  const broker = await ownNats({ maxFileStore: 1_000_000 });
  const connection = await connect({ servers: broker.url });
  const values = jetStreamBuckets(connection).open('FULL');
  await values.put(['a'], 'first');
  await expect(values.put(['a'], 'x'.repeat(3_000_000))).rejects.toMatchObject({ code: 'key-values/full' });
  expect(await values.get(['a'])).toMatchObject({ value: 'first' });
  const { streams } = await jetstreamManager(connection);
  expect((await streams.info('KV_FULL')).state.messages).toBe(1);
  await connection.close();
  await broker.stop();
});

describe('when the broker is away', () => {
  let broker: OwnServer;
  beforeAll(async () => {
    broker = await ownNats();
  });
  afterAll(() => broker.stop());

  it('waits until it is back, and loses nothing', async () => {
    const connection = await connect({
      servers: broker.url,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    const values = jetStreamBuckets(connection, { attemptMs: 500 }).open('AWAY');
    const first = await values.create(['a'], 1);
    await broker.kill();
    const writing = values.put(['a'], 2, { expected: first });
    const creating = values.create(['b'], 3);
    await broker.restart();
    expect(await writing).toBeGreaterThan(first);
    await creating;
    expect(await values.get(['a'])).toMatchObject({ value: 2 });
    expect(await values.get(['b'])).toMatchObject({ value: 3 });
    await connection.close();
  });

  it('says so when it stays away for too long', async () => {
    const connection = await connect({ servers: broker.url, maxReconnectAttempts: -1 });
    const values = jetStreamBuckets(connection, { attemptMs: 100, unavailableAfterMs: 200 }).open('AWAY');
    await broker.pause();
    await expect(values.get(['a'])).rejects.toThrow(KeyValuesUnavailableError);
    await broker.restart();
    await connection.close();
    await expect(values.get(['a'])).rejects.toThrow(KeyValuesUnavailableError);
  });
});
