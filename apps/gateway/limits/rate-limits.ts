import { isIPv6 } from 'node:net';
import type { FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyFailuresError, TooManyRequestsError, UnauthenticatedError } from '../identity/errors.js';

/** How many requests a minute are taken; 0 is no limit. */
export interface RateLimitSettings {
  /** With one key, or by one user with tokens. */
  readonly perKey: number;
  /** From one address, whoever asks; that of this machine is not counted. */
  readonly perAddress: number;
  /** From one address, with a key or token that is not taken. */
  readonly failures: number;
}

export const DEFAULT_RATE_LIMITS: RateLimitSettings = { perKey: 6_000, perAddress: 12_000, failures: 20 };

const SECONDS = 60;

/**
 * Counts requests, each gateway for itself: what it holds is a handful of numbers for a minute, and a limit that is a
 * few times as high with a few gateways still keeps one client from taking all.
 */
export class RateLimits {
  private readonly keys: RateLimiterMemory | undefined;
  private readonly addresses: RateLimiterMemory | undefined;
  private readonly failures: RateLimiterMemory | undefined;

  constructor(private readonly settings: RateLimitSettings) {
    this.keys = limiter(settings.perKey);
    this.addresses = limiter(settings.perAddress);
    this.failures = limiter(settings.failures);
  }

  /** Counts one request of a key or user and tells it how many are left. Throws TooManyRequestsError. */
  async count(name: string, reply: FastifyReply): Promise<void> {
    if (!this.keys) return;
    const { perKey } = this.settings;
    const counted = await consumed(this.keys, name);
    tell(reply, perKey, counted.state);
    if (!counted.taken)
      throw new TooManyRequestsError('with this key or token', perKey, counted.state.msBeforeNext);
  }

  /** Counts one request from an address. Throws TooManyRequestsError. */
  async countAddress(ip: string, reply: FastifyReply): Promise<void> {
    if (!this.addresses) return;
    const { perAddress } = this.settings;
    const { taken, state } = await consumed(this.addresses, networkOf(ip));
    if (taken) return;
    tell(reply, perAddress, state);
    throw new TooManyRequestsError(`from ${ip}`, perAddress, state.msBeforeNext);
  }

  /**
   * Counts what was refused for its key or token. Throws TooManyFailuresError once there are too many of them. A good
   * key is taken all the same: an address may be that of many, and no key can be guessed.
   */
  async failed(error: unknown, ip: string): Promise<void> {
    if (!this.failures || !(error instanceof UnauthenticatedError)) return;
    if (error.code === 'gateway/no-credentials') return;
    const { taken, state } = await consumed(this.failures, networkOf(ip));
    if (!taken) throw new TooManyFailuresError(ip, this.settings.failures, state.msBeforeNext);
  }
}

const limiter = (points: number): RateLimiterMemory | undefined =>
  points > 0 ? new RateLimiterMemory({ points, duration: SECONDS }) : undefined;

async function consumed(
  limit: RateLimiterMemory,
  name: string,
): Promise<{ readonly taken: boolean; readonly state: RateLimiterRes }> {
  try {
    return { taken: true, state: await limit.consume(name) };
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return { taken: false, state: refused };
    throw refused;
  }
}

/** Source: draft-ietf-httpapi-ratelimit-headers. */
function tell(reply: FastifyReply, limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): void {
  void reply
    .header('RateLimit-Limit', String(limit))
    .header('RateLimit-Remaining', String(remainingPoints))
    .header('RateLimit-Reset', String(Math.ceil(msBeforeNext / 1_000)));
}

/** One household or machine has a whole /64 of addresses of IPv6. */
function networkOf(ip: string): string {
  if (!isIPv6(ip) || ip.startsWith('::ffff:')) return ip;
  const [head = '', tail = ''] = ip.split('::');
  const front = head.split(':').filter(Boolean);
  const back = ip.includes('::') ? tail.split(':').filter(Boolean) : [];
  const whole = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back];
  return whole.slice(0, 4).join(':');
}
