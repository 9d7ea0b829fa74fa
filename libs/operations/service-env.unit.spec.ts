import { describe, expect, it } from '@jest/globals';
import { readServiceEnv } from './service-env.js';

const good = { NATS_URL: 'nats://127.0.0.1:4222', MONGODB_URI: 'mongodb://127.0.0.1:27017/post' };

describe('the environment of a service', () => {
  it('is read', () => {
    expect(readServiceEnv({ ...good, SHUTDOWN_GRACE_MS: '500' }, { mongo: true })).toEqual({
      natsUrl: 'nats://127.0.0.1:4222',
      mongoUri: 'mongodb://127.0.0.1:27017/post',
      graceMs: 500,
    });
  });

  it('needs a database only where the service has one', () => {
    expect(readServiceEnv({ NATS_URL: good.NATS_URL }).mongoUri).toBe('');
    expect(() => readServiceEnv({ NATS_URL: good.NATS_URL }, { mongo: true })).toThrow(
      'MONGODB_URI is missing',
    );
  });

  it('tells how many copies of the log there are to be, where that is said', () => {
    expect(readServiceEnv({ ...good, NATS_REPLICAS: '3' })).toMatchObject({ replicas: 3 });
    expect(() => readServiceEnv({ ...good, NATS_REPLICAS: '0' })).toThrow(
      'NATS_REPLICAS is "0"; expected a number from 1 to 5',
    );
  });

  it('names every bad value at once and shows no password', () => {
    const env = { NATS_URL: 'http://me:secret@x', MONGODB_URI: 'postgres://y', SHUTDOWN_GRACE_MS: 'soon' };
    expect(() => readServiceEnv(env)).toThrow(
      /NATS_URL is "http:\/\/\*\*\*@x".*MONGODB_URI is "postgres:\/\/y".*SHUTDOWN_GRACE_MS is "soon"/,
    );
  });
});
