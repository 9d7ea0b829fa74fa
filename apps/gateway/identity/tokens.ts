import { errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { isRole, ROLES, type Role } from '#libs/key-registry';
import { areGrants, isGrant } from '#libs/operations';
import type { Actor } from '#libs/run-log';
import { badToken, TokenKeysUnavailableError } from './errors.js';
import type { Identity } from './identity.js';
import { onInstant } from './on-instant.js';
import type { TokenKeys } from './token-keys.js';
import { isPersonsId, PERSONS_ID_EXPECTED } from './user-ids.js';

/** How far the clocks of the two may differ, in seconds. */
const CLOCK_SECONDS = 30;

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly claims: TokenClaims;
  /** The role of those whose token names none that is known; without one they may do nothing. */
  readonly defaultRole?: Role;
}

/** Where in a token things stand; a dot leads into an object, as in `realm_access.roles`. */
export interface TokenClaims {
  readonly user: string;
  readonly roles: string;
  readonly permissions: string;
}

/** Checks tokens that somebody else has issued (JWT, signed). */
export class Tokens {
  constructor(
    private readonly settings: TokenSettings,
    private readonly keys: TokenKeys,
  ) {}

  /** Tells whose a token is. Throws UnauthenticatedError, and TokenKeysUnavailableError where it cannot be checked. */
  async check(token: string, channel: Actor['channel']): Promise<Identity> {
    const { claims, defaultRole } = this.settings;
    const payload = await this.verified(token);
    const userId = claimOf(payload, claims.user);
    if (!isPersonsId(userId))
      throw badToken(`its claim ${claims.user} names no user, ${PERSONS_ID_EXPECTED}`);
    const named = wordsOf(claimOf(payload, claims.roles)).filter(isRole);
    const permissions = wordsOf(claimOf(payload, claims.permissions)).filter(isGrant);
    const roles =
      named.length + permissions.length === 0 && defaultRole !== undefined ? [defaultRole] : named;
    const grants = [...new Set([...roles.flatMap((role) => ROLES[role]), ...permissions])];
    if (!areGrants(grants)) throw badToken('it names more than 50 permissions');
    const expiresAt = (payload.exp ?? 0) * 1_000;
    return {
      actor: { userId, channel, grants },
      method: 'token',
      countedAs: `user ${userId}`,
      expiresAt,
      ...(roles[0] === undefined ? {} : { role: roles[0] }),
      onEnd: (listener) => onInstant(expiresAt, listener),
    };
  }

  private async verified(token: string): Promise<JWTPayload> {
    const { issuer, audience, algorithms } = this.settings;
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: CLOCK_SECONDS,
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      if (error instanceof TokenKeysUnavailableError) throw error;
      throw badToken(this.sentenceOf(error), error);
    }
  }

  private sentenceOf(error: unknown): string {
    const { issuer, audience, algorithms } = this.settings;
    if (error instanceof errors.JWTExpired) return `it has expired at ${instantOf(error.payload.exp)}`;
    if (error instanceof errors.JWTClaimValidationFailed) {
      if (error.claim === 'iss') return `its issuer is another than ${issuer}`;
      if (error.claim === 'aud') return `it is meant for another audience than ${audience}`;
      if (error.claim === 'nbf') return `it holds only from ${instantOf(error.payload.nbf)}`;
      return `its claim ${error.claim} is missing or makes no sense`;
    }
    if (error instanceof errors.JOSEAlgNotAllowed) return `it is not signed by ${algorithms.join(' or ')}`;
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return 'its signature is not that of its issuer';
    if (error instanceof errors.JWKSNoMatchingKey)
      return 'none of the keys of its issuer is the one it names (kid)';
    if (error instanceof errors.JWKSMultipleMatchingKeys)
      return 'it names none of the keys of its issuer, and several would do (kid)';
    return 'it is no signed JSON Web Token that can be read';
  }
}

function claimOf(payload: JWTPayload, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Readonly<Record<string, unknown>>)[name]
          : undefined,
      payload,
    );
}

/** Issuers write a list as one, or as words with blanks or commas between. */
function wordsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(/[\s,]+/).filter(Boolean);
  return Array.isArray(claim) ? claim.filter((word): word is string => typeof word === 'string') : [];
}

function instantOf(seconds: unknown): string {
  const date = new Date(typeof seconds === 'number' ? seconds * 1_000 : NaN);
  return Number.isNaN(date.getTime()) ? 'no time there is' : date.toISOString();
}
