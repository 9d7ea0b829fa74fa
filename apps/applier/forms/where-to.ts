import type { Page, Request } from 'playwright-core';
import type { GuardProxy } from './guard-proxy.js';

/** Follows where a page leads, over redirects and scripts, and what became of it. */
export class WhereTo {
  private target = '';
  private status: number | null = null;
  private ended = false;

  constructor(
    page: Page,
    private readonly guard: Pick<GuardProxy, 'refused' | 'failed'>,
  ) {
    const isPage = (request: Request): boolean =>
      request.isNavigationRequest() && request.frame() === page.mainFrame() && !this.ended;
    page.on('request', (request) => {
      if (isPage(request)) [this.target, this.status] = [request.url(), null];
    });
    page.on('response', (response) => {
      if (isPage(response.request())) this.status = response.status();
    });
  }

  /** What the page wants from here on leads nowhere. */
  end(): void {
    this.ended = true;
  }

  /** The host that it led to where it may not be opened; null where it may. */
  get refused(): string | null {
    return this.guard.refused.has(this.host) ? this.host : null;
  }

  /** Says why the page is not there, `told` where the way there does not tell; null where it is. */
  trouble(told: string | null): string | null {
    if (this.refused !== null) return `${this.refused} may not be opened`;
    const failed = this.guard.failed.get(this.host);
    if (failed !== undefined) return `${this.host} cannot be reached (${failed})`;
    return this.status !== null && this.status >= 400 ? `it answers ${this.status}` : told;
  }

  private get host(): string {
    return URL.canParse(this.target) ? new URL(this.target).hostname.replace(/^\[|\]$/g, '') : '';
  }
}
