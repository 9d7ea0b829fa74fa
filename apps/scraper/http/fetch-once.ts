import { Agent, fetch } from 'undici';
import type { Response } from 'undici';
import { publicLookup } from './address-guard.js';
import { readBody } from './body.js';
import { wireError } from './wire-error.js';

export interface WireLimits {
  /** Longest silence before headers and between two pieces of a body. */
  readonly silenceMs: number;
  /** Longest time for one answer as a whole. */
  readonly totalMs: number;
  readonly maxBytes: number;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly body: Buffer;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Sends one GET and reads the whole answer, redirects unfollowed. Owns the sockets: those to addresses that
 * came from settings go anywhere, all others only to public networks.
 */
export class Wire {
  private readonly toTrusted: Agent;
  private readonly toPublic: Agent;

  constructor(private readonly limits: WireLimits) {
    const timeouts = { headersTimeout: limits.silenceMs, bodyTimeout: limits.silenceMs };
    const timeout = Math.min(limits.silenceMs, CONNECT_TIMEOUT_MS);
    this.toTrusted = new Agent({ ...timeouts, connect: { timeout } });
    this.toPublic = new Agent({ ...timeouts, connect: { timeout, lookup: publicLookup } });
  }

  /** Throws NoAnswerError, UnknownHostError, AnswerTooLargeError, AddressRefusedError or the signal's reason. */
  async get(
    url: URL,
    headers: Record<string, string>,
    trusted: boolean,
    signal: AbortSignal,
    maxBytes = this.limits.maxBytes,
  ): Promise<WireAnswer> {
    // Aborting also lets go of a body that is not read to its end.
    const done = new AbortController();
    const tooLong = AbortSignal.timeout(this.limits.totalMs);
    try {
      const response = await fetch(url, {
        headers,
        redirect: 'manual',
        dispatcher: trusted ? this.toTrusted : this.toPublic,
        signal: AbortSignal.any([signal, tooLong, done.signal]),
      });
      const redirected = response.status >= 300 && response.status < 400;
      const body = redirected ? Buffer.alloc(0) : await readBody(url.href, response.body, maxBytes);
      return { status: response.status, headers: response.headers, body };
    } catch (error) {
      signal.throwIfAborted();
      const late = tooLong.aborted ? `no whole answer within ${this.limits.totalMs} ms` : undefined;
      throw wireError(url.href, error, late);
    } finally {
      done.abort();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.toTrusted.destroy(), this.toPublic.destroy()]);
  }
}
