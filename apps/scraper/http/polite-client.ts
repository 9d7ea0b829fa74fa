/**
 * The one way out of this service. Owns how the outside is asked; what an answer means is the sources' business.
 *
 * 1. Only http(s); only public networks, save for addresses that came from settings (`trusted`).
 * 2. robots.txt is obeyed for every hop, and asked once an hour for each site.
 * 3. Every request, for robots.txt too, waits for its host's budget; a host that asks for patience is left alone
 *    for the time that it names, else a minute.
 * 4. Nothing is tried again here: retries belong to the task.
 */
import { assertPublicLiteral, webUrl } from './address-guard.js';
import { decodeBody } from './body.js';
import { Wire } from './fetch-once.js';
import type { WireAnswer, WireLimits } from './fetch-once.js';
import { HostBudget } from './host-budget.js';
import type { BudgetLimits } from './host-budget.js';
import type { GetOptions, HttpAnswer, HttpClient } from './http-client.js';
import {
  AccessDeniedError,
  RedirectRefusedError,
  ServerFailedError,
  ThrottledError,
  UnexpectedStatusError,
} from './http-errors.js';
import { retryAfterMs } from './retry-after.js';
import { RobotsCache } from './robots-rules.js';

export interface PoliteClientOptions extends WireLimits, BudgetLimits {
  readonly userAgent: string;
  /** Base addresses from settings: a fixture server or proxy may lie in a private network. */
  readonly trusted: readonly string[];
  readonly now?: () => number;
}

const MAX_REDIRECTS = 5;
const ROBOTS_MAX_BYTES = 500 * 1024;
const DEFAULT_HUSH_MS = 60_000;

export class PoliteClient implements HttpClient {
  private readonly wire: Wire;
  private readonly budget: HostBudget;
  private readonly robots: RobotsCache;
  private readonly trusted: ReadonlySet<string>;
  private readonly closing = new AbortController();
  private readonly now: () => number;

  constructor(private readonly options: PoliteClientOptions) {
    this.wire = new Wire(options);
    this.budget = new HostBudget(options);
    this.now = options.now ?? Date.now;
    this.robots = new RobotsCache(options.userAgent, (url) => this.fetchRobots(url), this.now);
    this.trusted = new Set(options.trusted.map((address) => new URL(address).origin));
  }

  async get(address: string, { accept, headers = {}, signal }: GetOptions): Promise<HttpAnswer> {
    const either = AbortSignal.any([signal, this.closing.signal]);
    const start = webUrl(address);
    const { url, answer } = await this.follow(start, either, async (hop) => {
      this.assertNotQuiet(hop);
      const { crawlDelay } = await this.robots.check(hop);
      // A key for one site is no other site's business.
      const own = hop.origin === start.origin ? headers : {};
      return this.sendInTurn(hop, { ...own, accept }, crawlDelay, either);
    });
    this.assertOk(url, answer);
    const contentType = answer.headers.get('content-type') ?? '';
    return {
      url: url.href,
      status: answer.status,
      contentType: contentType.split(';')[0]?.trim().toLowerCase() ?? '',
      text: decodeBody(answer.body, contentType),
      bytes: answer.body.byteLength,
      fetchedAt: new Date(this.now()),
    };
  }

  async close(): Promise<void> {
    this.closing.abort(new Error('the service is shutting down'));
    this.budget.clear();
    await this.wire.close();
  }

  /** Runs `ask` for each hop until one is no redirect. */
  private async follow(start: URL, signal: AbortSignal, ask: (hop: URL) => Promise<WireAnswer>) {
    const seen = new Set<string>();
    let url = start;
    for (;;) {
      signal.throwIfAborted();
      if (!this.trusted.has(url.origin)) assertPublicLiteral(url);
      seen.add(url.href);
      const answer = await ask(url);
      const target = answer.headers.get('location');
      if (answer.status < 300 || answer.status >= 400 || target === null) return { url, answer };
      if (!URL.canParse(target, url.href))
        throw new RedirectRefusedError(start.href, 'its redirect leads nowhere');
      url = webUrl(new URL(target, url).href);
      if (seen.has(url.href)) throw new RedirectRefusedError(start.href, 'its redirects go round in circles');
      if (seen.size > MAX_REDIRECTS)
        throw new RedirectRefusedError(start.href, `it redirects more than ${MAX_REDIRECTS} times`);
    }
  }

  private sendInTurn(
    url: URL,
    own: Readonly<Record<string, string>>,
    crawlDelay: number,
    signal: AbortSignal,
    maxBytes?: number,
  ): Promise<WireAnswer> {
    const headers = { ...own, 'user-agent': this.options.userAgent, 'accept-language': 'de, en;q=0.8' };
    const send = () => {
      // 3. The host may have asked for patience while this request waited.
      this.assertNotQuiet(url);
      return this.wire.get(url, headers, this.trusted.has(url.origin), signal, maxBytes);
    };
    return this.budget.run(url.origin, crawlDelay, send, signal);
  }

  private async fetchRobots(address: string): Promise<string | null> {
    const signal = this.closing.signal;
    const { url, answer } = await this.follow(new URL(address), signal, (hop) =>
      this.sendInTurn(hop, { accept: 'text/plain' }, 0, signal, ROBOTS_MAX_BYTES),
    );
    if (answer.status === 429 || answer.status >= 500) this.assertOk(url, answer);
    return answer.status < 300 ? decodeBody(answer.body) : null;
  }

  private assertNotQuiet(url: URL): void {
    const wait = this.budget.quietFor(url.origin, this.now());
    if (wait > 0) throw new ThrottledError(url.href, wait);
  }

  private assertOk(url: URL, { status, headers }: WireAnswer): void {
    if (status >= 200 && status < 300) return;
    const wait = retryAfterMs(headers.get('retry-after'), this.now());
    if (status === 429 || status === 503)
      this.budget.hush(url.origin, this.now() + (wait ?? DEFAULT_HUSH_MS));
    if (status === 429) throw new ThrottledError(url.href, wait);
    if (status >= 500) throw new ServerFailedError(url.href, status, wait);
    if (status === 401 || status === 403 || status === 451)
      throw new AccessDeniedError(url.href, `it answers ${status}`, status);
    throw new UnexpectedStatusError(url.href, status);
  }
}
