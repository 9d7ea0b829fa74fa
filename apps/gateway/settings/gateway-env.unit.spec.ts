import { describe, expect, it } from '@jest/globals';
import { readGatewayEnv } from './gateway-env.js';

const NATS_URL = 'nats://127.0.0.1:4222';

describe('the settings', () => {
  it('are loopback and port 3000 unless said otherwise', () => {
    expect(readGatewayEnv({ NATS_URL })).toEqual({ natsUrl: NATS_URL, host: '127.0.0.1', port: 3000 });
    expect(readGatewayEnv({ NATS_URL, HOST: '0.0.0.0', PORT: '0' })).toMatchObject({
      host: '0.0.0.0',
      port: 0,
    });
    expect(readGatewayEnv({ NATS_URL, ALLOWED_HOSTS: ' hunt.example, ,10.0.0.7 ' })).toMatchObject({
      allowedHosts: ['hunt.example', '10.0.0.7'],
    });
    expect(readGatewayEnv({ NATS_URL, HOST: '::1' })).toMatchObject({ host: '::1' });
  });

  it.each([
    [{ NATS_URL, PORT: '70000' }, 'PORT is "70000"'],
    [{ NATS_URL, PORT: 'http' }, 'PORT is "http"'],
    [{ NATS_URL, HOST: 'a b' }, 'HOST is "a b"'],
    [{ NATS_URL, ALLOWED_HOSTS: 'a.example,http://b.example' }, 'ALLOWED_HOSTS holds "http://b.example"'],
    [{}, 'NATS_URL is missing'],
    [{ NATS_URL: 'amqp://x' }, 'NATS_URL is "amqp://x"'],
  ])('are refused in a sentence: %j', (env, said) => {
    expect(() => readGatewayEnv(env)).toThrow(said);
  });

  it('are all named at once when several are wrong', () => {
    expect(() => readGatewayEnv({ PORT: 'x', HOST: '-' })).toThrow(/NATS_URL.*HOST.*PORT/);
  });
});
