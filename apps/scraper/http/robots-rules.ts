import robotsParser from 'robots-parser';
import { RetryableError } from '#libs/operations';
import { RobotsDisallowedError } from './http-errors.js';

/** What one site's robots.txt says about us. */
export interface SiteRules {
  allows(url: string): boolean;
  /** Seconds between requests that the site asks for; 0 where it asks for none. */
  readonly crawlDelay: number;
}

const ALLOW_ALL: SiteRules = { allows: () => true, crawlDelay: 0 };
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Gives the text of an address, or null where the site has no such file (4xx). Throws when nobody knows. */
export type FetchRobots = (url: string) => Promise<string | null>;

type RobotsParser = (
  url: string,
  text: string,
) => {
  isAllowed(url: string, userAgent: string): boolean | undefined;
  getCrawlDelay(userAgent: string): number | undefined;
};
// The package declares an ES default export but is CommonJS: its module object is the function.
const parseRobots = robotsParser as unknown as RobotsParser;

/** Parses a robots.txt for one visitor. */
export function siteRules(url: string, text: string, userAgent: string): SiteRules {
  const robots = parseRobots(url, text);
  return {
    allows: (address) => robots.isAllowed(address, userAgent) !== false,
    crawlDelay: robots.getCrawlDelay(userAgent) ?? 0,
  };
}

/**
 * Keeps the robots.txt of each site for an hour. A site without one allows all; one whose file cannot be read
 * right now is left alone for as long as it asks, else a minute, with the error that said so (RFC 9309, 2.3.1).
 */
export class RobotsCache {
  private readonly sites = new Map<string, { until: number; readonly rules: Promise<SiteRules> }>();

  constructor(
    private readonly userAgent: string,
    private readonly fetchRobots: FetchRobots,
    private readonly now: () => number = Date.now,
  ) {}

  /** Sites whose file is remembered. */
  get size(): number {
    return this.sites.size;
  }

  /** Returns the site's rules if they allow the address, else throws RobotsDisallowedError or what fetching threw. */
  async check(url: URL): Promise<SiteRules> {
    const rules = await this.rulesOf(url.origin);
    if (!rules.allows(url.href)) throw new RobotsDisallowedError(url.href, this.userAgent);
    return rules;
  }

  private rulesOf(origin: string): Promise<SiteRules> {
    const known = this.sites.get(origin);
    if (known && known.until > this.now()) return known.rules;
    const address = `${origin}/robots.txt`;
    const rules = this.fetchRobots(address).then((text) =>
      text === null ? ALLOW_ALL : siteRules(address, text, this.userAgent),
    );
    const site = { until: this.now() + HOUR_MS, rules };
    this.forgetExpired();
    this.sites.set(origin, site);
    rules.catch((error: unknown) => {
      const wait = error instanceof RetryableError ? error.retryAfterMs : undefined;
      site.until = this.now() + (wait ?? MINUTE_MS);
    });
    return rules;
  }

  private forgetExpired(): void {
    const now = this.now();
    for (const [origin, { until }] of this.sites) if (until <= now) this.sites.delete(origin);
  }
}
