import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readAccessEnv } from './access-env.js';

const folder = mkdtempSync(path.join(tmpdir(), 'access-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = fileWith('key.pem', publicKey.export({ type: 'spki', format: 'pem' }) as string);
const secret = fileWith('secret', 's'.repeat(40));
const short = fileWith('short', 'hush');
const AUTH_JWT_ISSUER = 'https://login.example';
const issued = { AUTH_JWT_ISSUER, AUTH_JWT_AUDIENCE: 'jobhunter' };
const read = (env: Record<string, string>, host = '127.0.0.1') => readAccessEnv(env, host);

describe('who is let in', () => {
  it('is who has a key, unless said otherwise', () => {
    expect(read({})).toEqual({});
    expect(read({ AUTH: 'on' }, '0.0.0.0')).toEqual({});
  });

  it('is everybody on this machine where nobody is to be asked', () => {
    expect(read({ AUTH: 'off' })).toEqual({ auth: { mode: 'off' } });
    expect(read({ AUTH: 'off' }, '::1')).toEqual({ auth: { mode: 'off' } });
  });

  it('is who has a token of an issuer whose key is named', () => {
    expect(read({ ...issued, AUTH_JWKS_URL: 'https://login.example/jwks' })).toMatchObject({
      auth: {
        mode: 'on',
        tokens: {
          ...{ issuer: AUTH_JWT_ISSUER, audience: 'jobhunter' },
          algorithms: expect.arrayContaining(['RS256', 'ES256', 'EdDSA']),
          claims: { user: 'sub', roles: 'roles', permissions: 'permissions' },
        },
      },
    });
    const more = {
      AUTH_JWT_ALGORITHMS: 'ES256',
      AUTH_JWT_USER_CLAIM: 'email',
      AUTH_JWT_DEFAULT_ROLE: 'viewer',
    };
    expect(read({ ...issued, ...more, AUTH_JWT_KEY_FILE: pem })).toMatchObject({
      auth: { tokens: { algorithms: ['ES256'], claims: { user: 'email' }, defaultRole: 'viewer' } },
    });
    expect(read({ ...issued, AUTH_JWT_SECRET_FILE: secret })).toMatchObject({
      auth: { tokens: { algorithms: ['HS256', 'HS384', 'HS512'] } },
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ AUTH: 'maybe' }, 'AUTH holds "maybe"; expected on or off'],
    [{ ...issued }, 'nothing tells the key of the tokens'],
    [{ AUTH_JWT_KEY_FILE: pem }, 'AUTH_JWT_ISSUER is not set'],
    [{ AUTH_JWT_KEY_FILE: pem, AUTH_JWT_ISSUER }, 'AUTH_JWT_AUDIENCE is not set'],
    [{ ...issued, AUTH_JWT_KEY_FILE: pem, AUTH_JWT_SECRET_FILE: secret }, 'expected one of them'],
    [{ ...issued, AUTH_JWKS_URL: 'http://login.example/jwks' }, 'AUTH_JWKS_URL holds "http://login'],
    [{ ...issued, AUTH_JWKS_URL: 'jwks' }, 'expected an address with https'],
    [{ ...issued, AUTH_JWT_KEY_FILE: '/nowhere/key.pem' }, 'AUTH_JWT_KEY_FILE is "/nowhere/key.pem"'],
    [{ ...issued, AUTH_JWT_KEY_FILE: secret }, 'AUTH_JWT_KEY_FILE is'],
    [{ ...issued, AUTH_JWT_SECRET_FILE: short }, 'is shorter than 32 bytes'],
    [
      { ...issued, AUTH_JWT_KEY_FILE: pem, AUTH_JWT_ALGORITHMS: 'ES256,none' },
      'AUTH_JWT_ALGORITHMS holds "none"',
    ],
    [
      { ...issued, AUTH_JWT_KEY_FILE: pem, AUTH_JWT_ALGORITHMS: 'HS256' },
      'AUTH_JWT_ALGORITHMS holds "HS256"',
    ],
    [
      { ...issued, AUTH_JWT_KEY_FILE: pem, AUTH_JWT_DEFAULT_ROLE: 'king' },
      'AUTH_JWT_DEFAULT_ROLE holds "king"',
    ],
    [{ ...issued, AUTH_JWT_KEY_FILE: pem, AUTH_JWT_USER_CLAIM: 'a b' }, 'AUTH_JWT_USER_CLAIM holds "a b"'],
    [{ RATE_LIMIT_PER_KEY: 'many' }, 'RATE_LIMIT_PER_KEY holds "many"'],
    [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS holds "*"'],
    [{ CORS_ORIGINS: 'https://a.example/path' }, 'CORS_ORIGINS holds "https://a.example/path"'],
    [{ TRUSTED_PROXIES: 'proxy' }, 'TRUSTED_PROXIES holds "proxy"'],
  ])('is asked for in a sentence where %j makes no sense', (env, said) => {
    expect(() => read(env)).toThrow(said);
  });

  it('is never everybody who reaches it from elsewhere', () => {
    expect(() => read({ AUTH: 'off' }, '0.0.0.0')).toThrow('AUTH is "off" and HOST is "0.0.0.0"');
  });
});

it('reads limits, origins and proxies', () => {
  const env = {
    ...{ RATE_LIMIT_PER_KEY: '10', RATE_LIMIT_PER_ADDRESS: '0', RATE_LIMIT_FAILED_AUTH: '5' },
    ...{ CORS_ORIGINS: 'https://a.example, http://localhost:5173', TRUSTED_PROXIES: '10.0.0.0/8,::1' },
  };
  expect(read(env)).toEqual({
    rateLimits: { perKey: 10, perAddress: 0, failures: 5 },
    corsOrigins: ['https://a.example', 'http://localhost:5173'],
    trustedProxies: ['10.0.0.0/8', '::1'],
  });
});
