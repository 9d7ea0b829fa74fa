import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { ROLES } from '#libs/key-registry';
import { badToken, TokenKeysUnavailableError, UnauthenticatedError } from './errors.js';
import { keysIn, publishedKeys, sharedSecret } from './token-keys.js';
import type { TokenKeys } from './token-keys.js';
import { Tokens } from './tokens.js';
import type { TokenSettings } from './tokens.js';

const ISSUER = 'https://login.example';
const AUDIENCE = 'jobhunter';
const ALGORITHMS = ['RS256', 'ES256'];

/** An issuer that publishes its keys, or what a test has it answer instead. */
let answer: () => { readonly status?: number; readonly body: string };
let asked = 0;
const issuer = createServer((_request, response) => {
  asked++;
  const { status = 200, body } = answer();
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
});
let url: string;
let key: CryptoKey;
let published: JWK;
let stranger: CryptoKey;
let pem: string;

beforeAll(async () => {
  const [own, others] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  key = own.privateKey;
  stranger = others.privateKey;
  published = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256' };
  pem = await exportSPKI(own.publicKey);
  issuer.listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks`;
});
afterAll(async () => {
  issuer.close();
  await once(issuer, 'close');
});
beforeEach(() => {
  asked = 0;
  answer = () => ({ body: JSON.stringify({ keys: [published] }) });
});

const checker = (over: Partial<TokenSettings> = {}, keys: TokenKeys = publishedKeys(url)): Tokens =>
  new Tokens(
    {
      ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ALGORITHMS },
      claims: { user: 'sub', roles: 'roles', permissions: 'permissions' },
      ...over,
    },
    keys,
  );

const now = (): number => Math.floor(Date.now() / 1_000);
const token = (
  claims: Record<string, unknown> = {},
  { by = key, kid = 'one' }: { readonly by?: CryptoKey; readonly kid?: string } = {},
): Promise<string> =>
  new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'kim', exp: now() + 600, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(by);

describe('a token', () => {
  it('says whose it is, what they may do and until when', async () => {
    const exp = now() + 300;
    const identity = await checker().check(await token({ roles: ['member', 'unknown'], exp }), 'ui');
    expect(identity).toMatchObject({
      actor: { userId: 'kim', channel: 'ui', grants: [...ROLES.member] },
      ...{ method: 'token', role: 'member', countedAs: 'user kim', expiresAt: exp * 1_000 },
    });
  });

  it.each([
    [{ roles: 'viewer' }, ['*:read']],
    [{ roles: 'viewer viewer,king' }, ['*:read']],
    [{ permissions: 'jobs:read runs:start' }, ['jobs:read', 'runs:start']],
    [{ roles: ['viewer'], permissions: ['jobs:write', 'everything'] }, ['*:read', 'jobs:write']],
    [{ roles: [7, null], permissions: { a: 1 } }, []],
    [{}, []],
  ])('grants by %j: %j', async (claims, grants) => {
    expect((await checker().check(await token(claims), 'api')).actor.grants).toEqual(grants);
  });

  it('grants the usual role where it names none that is known, and nothing beyond what it names', async () => {
    const tokens = checker({ defaultRole: 'viewer' });
    expect((await tokens.check(await token({ roles: ['guest'] }), 'api')).actor.grants).toEqual(['*:read']);
    const named = await tokens.check(await token({ permissions: ['jobs:read'] }), 'api');
    expect(named.actor.grants).toEqual(['jobs:read']);
  });

  it('may say it elsewhere', async () => {
    const claims = { user: 'email', roles: 'realm_access.roles', permissions: 'scope' };
    const said = { email: 'kim@example.org', realm_access: { roles: ['viewer'] }, scope: 'runs:start' };
    expect((await checker({ claims }).check(await token(said), 'api')).actor).toMatchObject({
      userId: 'kim@example.org',
      grants: ['*:read', 'runs:start'],
    });
  });

  const refusals: readonly (readonly [string, () => Promise<string>, string])[] = [
    ['of another issuer', () => token({ iss: 'https://evil.example' }), 'its issuer is another than'],
    ['of no issuer', () => token({ iss: undefined }), 'its issuer is another than'],
    ['for another audience', () => token({ aud: 'shop' }), 'another audience than jobhunter'],
    ['that has expired', () => token({ exp: now() - 60 }), 'it has expired at 20'],
    ['that never expires', () => token({ exp: undefined }), 'its claim exp is missing'],
    ['that holds only later', () => token({ nbf: now() + 600 }), 'it holds only from 20'],
    ['signed by somebody else', () => token({}, { by: stranger }), 'its signature is not that of its issuer'],
    ['of an unknown key', () => token({}, { kid: 'two' }), 'none of the keys of its issuer'],
    ['of nobody', () => token({ sub: undefined }), 'its claim sub names no user'],
    ['of an odd name', () => token({ sub: '../kim' }), 'its claim sub names no user'],
    ['of the platform itself', () => token({ sub: 'system' }), 'its claim sub names no user'],
    [
      'without a signature',
      async () =>
        new UnsecuredJWT({ sub: 'kim' })
          .setIssuer(ISSUER)
          .setAudience(AUDIENCE)
          .setExpirationTime('1h')
          .encode(),
      'it is not signed by RS256 or ES256',
    ],
    [
      'whose header says that it has none',
      async () => {
        const [, payload = '', signature = ''] = (await token()).split('.');
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.${signature}`;
      },
      'it is not signed by RS256 or ES256',
    ],
    [
      'signed with the public key as if it were a secret',
      () =>
        new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'kim', exp: now() + 600 })
          .setProtectedHeader({ alg: 'HS256', kid: 'one' })
          .sign(new TextEncoder().encode(pem)),
      'it is not signed by RS256 or ES256',
    ],
    ['that is none', async () => 'a.b.c', 'it is no signed JSON Web Token'],
  ];
  it.each(refusals)('is refused: one %s', async (_what, make, why) => {
    const refused = await checker()
      .check(await make(), 'api')
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnauthenticatedError);
    expect(refused).toMatchObject({
      code: 'gateway/bad-token',
      message: expect.stringContaining(why),
      challenge: expect.stringMatching(
        /^Bearer realm="jobhunter", error="invalid_token", error_description="[^"]*"$/,
      ),
    });
  });

  it('never breaks the header that says what is wrong with it', () => {
    expect(badToken('"\r\nX: 1\\ü').challenge).toMatch(/^[ -~]*$/);
  });
});

describe('the keys of an issuer', () => {
  it('are asked for once, and kept', async () => {
    const tokens = checker();
    for (let nth = 0; nth < 5; nth++) await tokens.check(await token(), 'api');
    expect(asked).toBe(1);
  });

  it('are not asked for again for every token that names an unknown one', async () => {
    const tokens = checker();
    await tokens.check(await token(), 'api');
    for (const kid of ['two', 'three', 'four'])
      await expect(tokens.check(await token({}, { kid }), 'api')).rejects.toThrow('none of the keys');
    expect(asked).toBe(1);
  });

  it.each([
    ['cannot be had', () => ({ status: 500, body: '' })],
    ['make no sense', () => ({ body: '<html>' })],
    ['are none', () => ({ body: '{"keys": 7}' })],
    ['are far too many', () => ({ body: JSON.stringify({ keys: [], filler: 'x'.repeat(300_000) }) })],
  ])('are said to be away when they %s, and the token is not blamed', async (_what, given) => {
    const tokens = checker();
    answer = given;
    const refused = tokens.check(await token(), 'api');
    await expect(refused).rejects.toBeInstanceOf(TokenKeysUnavailableError);
    await expect(refused).rejects.toMatchObject({ disposition: 'retry', retryAfterMs: 5_000 });
    answer = () => ({ body: JSON.stringify({ keys: [published] }) });
    expect((await tokens.check(await token(), 'api')).actor.userId).toBe('kim');
  });

  it('are said to be away when nobody listens there', async () => {
    const tokens = checker({}, publishedKeys('http://127.0.0.1:9/jwks'));
    await expect(tokens.check(await token(), 'api')).rejects.toBeInstanceOf(TokenKeysUnavailableError);
  });

  it('may lie in a file, as PEM, JWK or JWKS', async () => {
    for (const text of [pem, JSON.stringify(published), JSON.stringify({ keys: [published] })])
      expect((await checker({}, keysIn(text)).check(await token(), 'api')).actor.userId).toBe('kim');
  });

  it.each(['{}', '{"keys":[{}]}', 'no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])(
    'are not read out of %j',
    (text) => {
      expect(() => keysIn(text)).toThrow();
    },
  );

  it('are never private ones', async () => {
    expect(() => keysIn('{"kty":"oct","k":"c2VjcmV0"}')).toThrow('private');
    expect(() => keysIn(JSON.stringify({ ...published, d: 'x' }))).toThrow('private');
  });

  it('may be a secret that both share', async () => {
    const secret = 's'.repeat(32);
    const tokens = checker({ algorithms: ['HS256'] }, sharedSecret(secret));
    const signed = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'kim', exp: now() + 600 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
    expect((await tokens.check(signed, 'api')).actor.userId).toBe('kim');
    await expect(tokens.check(await token(), 'api')).rejects.toThrow('it is not signed by HS256');
  });
});
