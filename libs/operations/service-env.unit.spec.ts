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

  it('shows no password that has slashes and at-signs in it', () => {
    expect(() => readServiceEnv({ NATS_URL: 'nats://me:sesame/and@more@x:y' })).toThrow(
      /NATS_URL is "nats:\/\/\*\*\*@x:y"/,
    );
  });
});

describe('how a service signs in to the broker', () => {
  const access = (env: Record<string, string>) =>
    readServiceEnv({ NATS_URL: 'nats://127.0.0.1:4222', ...env }).access;

  it('is said by a user with a password, or a file that holds it', () => {
    expect(access({})).toBeUndefined();
    expect(access({ NATS_USER: 'mail', NATS_PASSWORD: 'sesame' })).toEqual({
      user: 'mail',
      password: 'sesame',
    });
    expect(access({ NATS_USER: 'mail', NATS_PASSWORD_FILE: '/run/secrets/mail' })).toEqual({
      user: 'mail',
      password: 'file:/run/secrets/mail',
    });
  });

  it('is said by a credentials file, with TLS and a place for answers', () => {
    expect(
      access({
        NATS_CREDS: '/c',
        NATS_INBOX_PREFIX: '_INBOX.mail',
        NATS_CA: '/a',
        NATS_CERT: '/b',
        NATS_KEY: '/k',
      }),
    ).toEqual({
      credentialsFile: '/c',
      inboxPrefix: '_INBOX.mail',
      tls: { caFile: '/a', certFile: '/b', keyFile: '/k' },
    });
  });

  it.each([
    [{ NATS_USER: 'mail' }, 'NATS_USER is set without NATS_PASSWORD or NATS_PASSWORD_FILE'],
    [{ NATS_PASSWORD: 'sesame' }, 'NATS_PASSWORD is set without NATS_USER'],
    [{ NATS_CREDS: '/c', NATS_USER: 'mail', NATS_PASSWORD: 'sesame' }, 'expected one way to sign in'],
    [{ NATS_CERT: '/b' }, 'NATS_CERT and NATS_KEY go together; one of them is missing'],
    [{ NATS_INBOX_PREFIX: '_INBOX.>' }, 'NATS_INBOX_PREFIX is "_INBOX.>"'],
    [
      { NATS_USER: 'mail', NATS_PASSWORD: 'sesame', NATS_PASSWORD_FILE: '/run/secrets/mail' },
      'NATS_PASSWORD and NATS_PASSWORD_FILE are both set',
    ],
  ])('is refused where it makes no sense: %j', (env, sentence) => {
    expect(() => access(env as Record<string, string>)).toThrow(sentence);
    expect(() => access(env as Record<string, string>)).not.toThrow('sesame');
  });
});

describe('the address of the database', () => {
  const uri = (env: Record<string, string>) =>
    readServiceEnv({ NATS_URL: 'nats://127.0.0.1:4222', ...env }, { mongo: true }).mongoUri;

  it('takes user and password from where they stand apart', () => {
    const env = {
      MONGODB_URI: 'mongodb://a,b/post?replicaSet=rs0',
      MONGODB_USER: 'mail',
      MONGODB_PASSWORD: 'env:PW',
    };
    expect(uri({ ...env, PW: 'open/sesame@' })).toBe(
      'mongodb://mail:open%2Fsesame%40@a,b/post?replicaSet=rs0',
    );
  });

  it.each([
    [
      { MONGODB_URI_FILE: '/nowhere/at/all' },
      'MONGODB_URI refers to file:/nowhere/at/all, which cannot be read',
    ],
    [
      { MONGODB_URI: 'mongodb://a/post', MONGODB_USER: 'mail' },
      'MONGODB_USER and MONGODB_PASSWORD go together',
    ],
    [
      { MONGODB_URI: 'mongodb://x:hidden@a/post', MONGODB_USER: 'mail', MONGODB_PASSWORD: 'sesame' },
      'MONGODB_URI names a user already',
    ],
    [{ MONGODB_URI: 'mongodb+srv:/x:hidden@a/post' }, 'MONGODB_URI is'],
  ])('is refused where it makes no sense: %j', (env, sentence) => {
    expect(() => uri(env as Record<string, string>)).toThrow(sentence);
    expect(() => uri(env as Record<string, string>)).not.toThrow(/sesame|hidden/);
  });
});
