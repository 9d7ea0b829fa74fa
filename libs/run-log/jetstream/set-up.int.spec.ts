import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { ownNats, testNats } from '#libs/testing';
import { connectRunLog } from './connect.js';

describe('setting up the streams', () => {
  let account: ReturnType<typeof testNats>;
  let connection: NatsConnection;

  beforeEach(async () => {
    account = testNats();
    connection = await connect(account);
  });
  afterEach(() => connection.close());

  it('may be done by several processes at once, who agree on the epoch', async () => {
    const logs = await Promise.all(
      Array.from({ length: 6 }, () => connectRunLog({ servers: account.url, name: 'spec' })),
    );
    const epochs = await Promise.all(logs.map(async (log) => (await log.info('RUN')).epoch));
    expect(new Set(epochs).size).toBe(1);
    expect(epochs[0]).toMatch(/^[0-9a-f-]{36}$/);
    await Promise.all(logs.map((log) => log.close()));
  });

  it('keeps the epoch over set-ups, and draws a new one for a stream made anew', async () => {
    const first = await connectRunLog({ connection });
    const { epoch } = await first.info('RUN');
    await first.close();
    const second = await connectRunLog({ connection });
    expect((await second.info('RUN')).epoch).toBe(epoch);
    await (await jetstreamManager(connection)).streams.delete('RUN');
    await second.setUp();
    expect((await second.info('RUN')).epoch).not.toBe(epoch);
    await second.close();
    expect(connection.isClosed()).toBe(false);
  });

  it('asks for what the log depends on, a limit to consumers among it (rule 21)', async () => {
    const log = await connectRunLog({ connection, callsAgeMs: 60_000 });
    const { streams } = await jetstreamManager(connection);
    expect((await streams.info('RUN')).config).toMatchObject({
      storage: 'file',
      discard: 'old',
      max_bytes: -1,
      max_consumers: 10_000,
      max_age: 0,
      allow_msg_schedules: true,
      allow_atomic: true,
      allow_direct: true,
      allow_msg_ttl: true,
    });
    expect((await streams.info('CALLS')).config).toMatchObject({ max_age: 60_000_000_000 });
    expect((await streams.info('LIVE')).config).toMatchObject({ persist_mode: 'async', num_replicas: 1 });
    await log.close();
  });

  it('brings a setting that may change up to date', async () => {
    await (await connectRunLog({ connection, callsAgeMs: 60_000 })).close();
    const log = await connectRunLog({ connection, callsAgeMs: 120_000 });
    const { streams } = await jetstreamManager(connection);
    expect((await streams.info('CALLS')).config.max_age).toBe(120_000_000_000);
    await log.close();
  });

  it('refuses a stream that holds to another setting, and names both', async () => {
    await (
      await jetstreamManager(connection)
    ).streams.add({
      name: 'RUN',
      subjects: ['run.>'],
      storage: 'memory',
    });
    await expect(connectRunLog({ connection })).rejects.toMatchObject({
      code: 'run-log/unfit-broker',
      message: expect.stringContaining('storage is "memory" where "file" was asked for'),
    });
  });
});

it('refuses a broker whose messages are too small for the log', async () => {
  const broker = await ownNats({ maxPayload: 100_000 });
  try {
    await expect(connectRunLog({ servers: broker.url, name: 'spec' })).rejects.toMatchObject({
      code: 'run-log/unfit-broker',
    });
  } finally {
    await broker.stop();
  }
});
