import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { connect } from '@nats-io/transport-node';
import { findBroker } from './find-broker.js';

const { NATS_URL: _, ...env } = process.env;
const say = () => undefined;
let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'broker-'));
});
afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

const answers = async (servers: string): Promise<boolean> => {
  const connection = await connect({ servers, maxReconnectAttempts: 0 });
  await connection.close();
  return true;
};

describe('the broker', () => {
  it('is the one that is named, before the one of the environment, and is not ended', async () => {
    const named = await findBroker({ natsUrl: 'nats://one:4222', env: { NATS_URL: 'nats://two:4222' }, say });
    expect(named.url).toBe('nats://one:4222');
    expect((await findBroker({ env: { NATS_URL: 'nats://two:4222' }, say })).url).toBe('nats://two:4222');
    await named.stop();
  });

  it('is started where none is named, used by whoever comes next, and ended by who started it', async () => {
    const first = await findBroker({ env, home, say });
    const second = await findBroker({ env, home, say });
    expect(second.url).toBe(first.url);
    expect(await answers(first.url)).toBe(true);
    await first.stop();
    await expect(answers(first.url)).rejects.toThrow();
    await second.stop();
  });
});
