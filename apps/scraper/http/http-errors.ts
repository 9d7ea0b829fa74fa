import { RetryableError, TerminalError } from '#libs/operations';

/** The board does not want this visitor: 401, 403, 451 or a page that says so. */
export class AccessDeniedError extends TerminalError {
  constructor(
    readonly url: string,
    readonly reason: string,
    readonly status?: number,
  ) {
    super('scraper/blocked', `${url} refuses us: ${reason}`);
  }
}

/** The site's robots.txt asks programs to stay away from this address. */
export class RobotsDisallowedError extends TerminalError {
  constructor(
    readonly url: string,
    readonly userAgent: string,
  ) {
    super('scraper/robots-disallowed', `robots.txt asks ${userAgent} to stay away from ${url}`);
  }
}

/** The board asks for patience (429), or its host is left alone because it asked a moment ago. */
export class ThrottledError extends RetryableError {
  constructor(
    readonly url: string,
    retryAfterMs?: number,
    readonly status = 429,
  ) {
    super(
      'scraper/throttled',
      `${url} asks for patience (${status})` +
        (retryAfterMs === undefined ? '' : `: come back in ${Math.ceil(retryAfterMs / 1000)} s`),
      retryAfterMs,
    );
  }
}

/** The board has trouble of its own (5xx). */
export class ServerFailedError extends RetryableError {
  constructor(
    readonly url: string,
    readonly status: number,
    retryAfterMs?: number,
  ) {
    super('scraper/server-failed', `${url} answers ${status}`, retryAfterMs);
  }
}

/** No host goes by this name. */
export class UnknownHostError extends TerminalError {
  constructor(
    readonly url: string,
    options?: ErrorOptions,
  ) {
    super('scraper/unknown-host', `${url} leads nowhere: no host goes by this name`, undefined, options);
  }
}

/** Nothing came, or the line broke: refused, reset, silence. */
export class NoAnswerError extends RetryableError {
  constructor(
    readonly url: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('scraper/no-answer', `${url} does not answer: ${reason}`, undefined, options);
  }
}

/** An answer that is neither a page nor a refusal that waiting would cure, such as 404. */
export class UnexpectedStatusError extends TerminalError {
  constructor(
    readonly url: string,
    readonly status: number,
  ) {
    super('scraper/unexpected-status', `${url} answers ${status}`);
  }
}

/** The body is larger than the limit; reading stopped there. */
export class AnswerTooLargeError extends TerminalError {
  constructor(
    readonly url: string,
    readonly limitBytes: number,
  ) {
    super('scraper/answer-too-large', `${url} sends more than ${limitBytes} bytes; reading stopped there`);
  }
}

/** A redirect that goes round in circles, on and on, or nowhere. */
export class RedirectRefusedError extends TerminalError {
  constructor(
    readonly url: string,
    readonly reason: string,
  ) {
    super('scraper/redirect-refused', `${url}: ${reason}`);
  }
}

/** An address that is not asked at all: no http(s), a port of something else, or inside a private network. */
export class AddressRefusedError extends TerminalError {
  constructor(
    readonly url: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('scraper/address-refused', `${url} is not asked: ${reason}`, undefined, options);
  }
}
