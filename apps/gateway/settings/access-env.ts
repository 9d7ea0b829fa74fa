import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isRole, ROLE_NAMES } from '#libs/key-registry';
import { EnvironmentError } from '#libs/operations';
import { isLoopback } from '../http/host-names.js';
import { keysIn, publishedKeys, sharedSecret } from '../identity/token-keys.js';
import type { TokenKeys } from '../identity/token-keys.js';
import type { RateLimitSettings } from '../limits/rate-limits.js';
import type { AccessSettings, AuthSettings, KeysAndTokens } from './auth-settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

const PUBLIC_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];
const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const SHORTEST_SECRET = 32;
const CLAIM = /^[A-Za-z0-9_:/.-]{1,128}$/;

/**
 * Reads AUTH, AUTH_JWT_*, AUTH_JWKS_URL, RATE_LIMIT_*, CORS_ORIGINS and TRUSTED_PROXIES. `host` is what the gateway
 * listens on. What is not set is left out. Throws EnvironmentError with a sentence for each that is wrong.
 */
export function readAccessEnv(env: Environment, host: string): AccessSettings {
  const reader = new AccessReader(env);
  const auth = reader.auth(host);
  const rateLimits = reader.rateLimits();
  const corsOrigins = reader.origins();
  const trustedProxies = reader.proxies();
  if (reader.problems.length > 0) throw new EnvironmentError(reader.problems);
  return {
    ...(auth ? { auth } : {}),
    ...(Object.keys(rateLimits).length > 0 ? { rateLimits } : {}),
    ...(corsOrigins.length > 0 ? { corsOrigins } : {}),
    ...(trustedProxies.length > 0 ? { trustedProxies } : {}),
  };
}

class AccessReader {
  readonly problems: string[] = [];

  constructor(private readonly env: Environment) {}

  auth(host: string): AuthSettings | undefined {
    const mode = this.text('AUTH') ?? 'on';
    if (mode !== 'on' && mode !== 'off') this.wrong('AUTH', mode, 'on or off');
    if (mode === 'off' && !isLoopback(host))
      this.problems.push(
        `AUTH is "off" and HOST is ${JSON.stringify(host)}; without authentication the gateway listens on loopback only, such as 127.0.0.1`,
      );
    if (mode === 'off') return { mode };
    const tokens = this.tokens();
    return tokens ? { mode: 'on', tokens } : undefined;
  }

  rateLimits(): Partial<RateLimitSettings> {
    return {
      ...this.limit('RATE_LIMIT_PER_KEY', 'perKey'),
      ...this.limit('RATE_LIMIT_PER_ADDRESS', 'perAddress'),
      ...this.limit('RATE_LIMIT_FAILED_AUTH', 'failures'),
    };
  }

  origins(): readonly string[] {
    const origins = this.list('CORS_ORIGINS');
    for (const origin of origins) {
      const url = URL.canParse(origin) ? new URL(origin) : undefined;
      if (url?.origin !== origin || !['http:', 'https:'].includes(url.protocol))
        this.wrong(
          'CORS_ORIGINS',
          origin,
          'origins such as https://hunt.example, with commas between, and never *',
        );
    }
    return origins;
  }

  proxies(): readonly string[] {
    const proxies = this.list('TRUSTED_PROXIES');
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/');
      if (isIP(address) === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
        this.wrong(
          'TRUSTED_PROXIES',
          proxy,
          'IP addresses or networks such as 10.0.0.0/8, with commas between',
        );
    }
    return proxies;
  }

  private tokens(): KeysAndTokens['tokens'] {
    const source = this.keySource();
    const [issuer, audience] = [this.text('AUTH_JWT_ISSUER'), this.text('AUTH_JWT_AUDIENCE')];
    if (!source) {
      if (issuer ?? audience)
        this.problems.push(
          'AUTH_JWT_ISSUER or AUTH_JWT_AUDIENCE is set, and nothing tells the key of the tokens; expected AUTH_JWKS_URL, AUTH_JWT_KEY_FILE or AUTH_JWT_SECRET_FILE',
        );
      return undefined;
    }
    for (const [name, value] of [
      ['AUTH_JWT_ISSUER', issuer],
      ['AUTH_JWT_AUDIENCE', audience],
    ] as const)
      if (value === undefined)
        this.problems.push(
          `${name} is not set; expected what the tokens say in their claim, for tokens are taken`,
        );
    const role = this.text('AUTH_JWT_DEFAULT_ROLE');
    if (role !== undefined && !isRole(role))
      this.wrong('AUTH_JWT_DEFAULT_ROLE', role, `one of ${ROLE_NAMES.join(', ')}`);
    return {
      keys: source.keys,
      issuer: issuer ?? '',
      audience: audience ?? '',
      algorithms: this.algorithms(source.algorithms),
      claims: {
        user: this.claim('AUTH_JWT_USER_CLAIM', 'sub'),
        roles: this.claim('AUTH_JWT_ROLES_CLAIM', 'roles'),
        permissions: this.claim('AUTH_JWT_PERMISSIONS_CLAIM', 'permissions'),
      },
      ...(isRole(role) ? { defaultRole: role } : {}),
    };
  }

  private keySource(): { readonly keys: TokenKeys; readonly algorithms: readonly string[] } | undefined {
    const names = ['AUTH_JWKS_URL', 'AUTH_JWT_KEY_FILE', 'AUTH_JWT_SECRET_FILE'] as const;
    const set = names.filter((name) => this.text(name) !== undefined);
    const [name] = set;
    if (name === undefined) return undefined;
    const value = this.text(name) ?? '';
    if (set.length > 1) this.problems.push(`${set.join(' and ')} are set; expected one of them`);
    const never: TokenKeys = () => Promise.reject(new Error('there are no keys'));
    if (name === 'AUTH_JWKS_URL') {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
      if (!isSafe) this.wrong(name, value, 'an address with https');
      return { keys: isSafe ? publishedKeys(value) : never, algorithms: PUBLIC_ALGORITHMS };
    }
    const algorithms = name === 'AUTH_JWT_KEY_FILE' ? PUBLIC_ALGORITHMS : SECRET_ALGORITHMS;
    try {
      const text = readFileSync(value, 'utf8').trim();
      if (name === 'AUTH_JWT_KEY_FILE') return { keys: keysIn(text), algorithms };
      if (Buffer.byteLength(text) < SHORTEST_SECRET)
        this.problems.push(`the secret in ${value} (${name}) is shorter than ${SHORTEST_SECRET} bytes`);
      return { keys: sharedSecret(text), algorithms };
    } catch (error) {
      this.problems.push(
        `${name} is ${JSON.stringify(value)}, which cannot be used: ${(error as Error).message}`,
      );
      return { keys: never, algorithms };
    }
  }

  private algorithms(fitting: readonly string[]): readonly string[] {
    const named = this.list('AUTH_JWT_ALGORITHMS');
    for (const algorithm of named)
      if (!fitting.includes(algorithm))
        this.wrong('AUTH_JWT_ALGORITHMS', algorithm, `some of ${fitting.join(', ')}`);
    return named.length > 0 ? named : fitting;
  }

  private claim(name: string, usual: string): string {
    const claim = this.text(name) ?? usual;
    if (!CLAIM.test(claim)) this.wrong(name, claim, 'the name of a claim, such as sub or realm_access.roles');
    return claim;
  }

  private limit(name: string, as: keyof RateLimitSettings): Partial<RateLimitSettings> {
    const text = this.text(name);
    if (text === undefined) return {};
    if (!/^\d{1,9}$/.test(text)) this.wrong(name, text, 'a number of requests a minute, or 0 for no limit');
    return { [as]: Number(text) };
  }

  private list(name: string): readonly string[] {
    return (this.env[name] ?? '').split(',').flatMap((word) => word.trim() || []);
  }

  private text(name: string): string | undefined {
    return this.env[name]?.trim() || undefined;
  }

  private wrong(name: string, value: string, expected: string): void {
    this.problems.push(`${name} holds ${JSON.stringify(value)}; expected ${expected}`);
  }
}
