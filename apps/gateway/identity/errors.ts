import { TerminalError, RetryableError } from '#libs/operations';

const HOW = 'send `Authorization: Bearer` with a key, such as `jobhunter keys create` makes, or with a token';

/** It is not known who asks. The answer carries WWW-Authenticate. */
export class UnauthenticatedError extends TerminalError {
  constructor(code: `gateway/${string}`, message: string, options?: ErrorOptions) {
    super(code, message, undefined, options);
  }

  /** Says what is wrong in the header's own words. Source: RFC 6750. */
  get challenge(): string {
    const realm = 'Bearer realm="jobhunter"';
    return this.code === 'gateway/no-credentials'
      ? realm
      : `${realm}, error="invalid_token", error_description="${this.message.replace(/[^ -~]|["\\]/g, "'")}"`;
  }
}

export const noCredentials = (): UnauthenticatedError =>
  new UnauthenticatedError('gateway/no-credentials', `the request does not say who asks: ${HOW}`);

export const malformedCredentials = (why: string): UnauthenticatedError =>
  new UnauthenticatedError('gateway/malformed-credentials', `the header Authorization ${why}: ${HOW}`);

export const badToken = (why: string, cause?: unknown): UnauthenticatedError =>
  new UnauthenticatedError('gateway/bad-token', `the token is refused: ${why}`, { cause });

export const credentialsOver = (): UnauthenticatedError =>
  new UnauthenticatedError(
    'gateway/credentials-over',
    'the key or token is taken no more since the request came: it waits no longer, and what it has begun goes on',
  );

/** Whoever asks is known, and may not do this. */
export class ForbiddenRouteError extends TerminalError {
  constructor(
    userId: string,
    readonly permission: string,
    route: string,
  ) {
    super(
      'gateway/forbidden',
      `${userId} may not do this: ${route} asks for the permission ${permission}; GET /me lists those that were granted`,
    );
  }
}

/** Only who may act for others may name another user. */
export class NotForOthersError extends TerminalError {
  constructor(userId: string, named: string) {
    super(
      'gateway/not-for-others',
      `${userId} may not act for ${named}: leave X-User-Id out (--user), for the key or token says who asks`,
    );
  }
}

/** Somebody asks for more than they have. */
export class BeyondOwnRightsError extends TerminalError {
  constructor(userId: string, beyond: readonly string[]) {
    super(
      'gateway/beyond-own-rights',
      `${userId} cannot grant ${beyond.join(', ')}: nobody can hand on what they were not granted`,
    );
  }
}

/** The keys that tokens are checked with cannot be had. */
export class TokenKeysUnavailableError extends RetryableError {
  constructor(url: string, why: string, options?: ErrorOptions) {
    super(
      'gateway/token-keys-unavailable',
      `tokens cannot be checked for the moment: the keys at ${url} cannot be read (${why})`,
      5_000,
      options,
    );
  }
}

export class TooManyRequestsError extends RetryableError {
  constructor(whose: string, perMinute: number, retryAfterMs: number) {
    super(
      'gateway/rate-limited',
      `too many requests ${whose}: ${perMinute} a minute are taken`,
      Math.max(1_000, retryAfterMs),
    );
  }
}

export class TooManyFailuresError extends RetryableError {
  constructor(address: string, perMinute: number, retryAfterMs: number) {
    super(
      'gateway/too-many-failures',
      `too many requests from ${address} with a key or token that is not taken: ${perMinute} a minute are looked at`,
      Math.max(1_000, retryAfterMs),
    );
  }
}
