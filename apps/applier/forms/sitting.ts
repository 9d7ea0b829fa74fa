import { errors } from 'playwright-core';
import type { Browser, BrowserContext, Frame, Page, Route } from 'playwright-core';
import { fillControl } from './fill-control.js';
import type { FormFile } from './fill-control.js';
import type { GuardProxy } from './guard-proxy.js';
import { lookAtPage, MARK } from './look-at-page.js';
import type { PageSeen } from './page-seen.js';
import { PICTURE_WIDTH, pictureOf } from './picture.js';
import type { Fill, Plan } from './plan-fills.js';
import { reasonOf } from './reason-of.js';
import { WhereTo } from './where-to.js';

/** What is to be done at a page. */
export interface Task {
  readonly url: string;
  /** As browsers say it, such as `de-DE`. */
  readonly locale: string;
  /** After so long the page is given up, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  plan(page: PageSeen): Plan;
  /** Gives a file by its SHA-256. */
  file(sha256: string): Promise<FormFile>;
}

export interface Visited {
  readonly pageUrl: string;
  /** Why the page could not be had; null where it could. */
  readonly unreachable: string | null;
  /** The host that the page led to where it may not be opened; null where it may. */
  readonly refused: string | null;
  readonly plan: Plan;
  readonly filled: readonly Fill[];
  readonly failed: readonly { readonly fill: Fill; readonly why: string }[];
  readonly heldBack: number;
  readonly picture: Buffer | null;
}

/** A page may go on loading for so long; what is there by then is looked at. */
const SETTLE_MS = 10_000;
const NOTHING: Plan = { fills: [], left: [], obstacle: 'unreachable', frames: [] };

/**
 * One page in one browser.
 *
 * 1. Requests that do more than ask (anything but GET, HEAD, OPTIONS) are held back, and so are web sockets.
 * 2. Before anything is typed all lines are cut: whatever the page does then, nothing of it leaves.
 * 3. Nothing is clicked and no key is pressed.
 */
export class Sitting {
  private sealed = false;
  private heldBack = 0;

  constructor(
    private readonly task: Task,
    private readonly guard: GuardProxy,
  ) {}

  async through(browser: Browser): Promise<Visited> {
    const context = await browser.newContext({
      acceptDownloads: false,
      serviceWorkers: 'block',
      locale: this.task.locale,
      viewport: { width: PICTURE_WIDTH, height: 1_000 },
    });
    await this.holdBack(context);
    const page = await context.newPage();
    context.on('page', (other) => void other.close().catch(() => undefined)); // no windows beside the one
    const way = new WhereTo(page, this.guard);
    const unreachable = await this.open(page, way);
    const filled: Fill[] = [];
    const failed: { fill: Fill; why: string }[] = [];
    const told = (plan: Plan, picture: Buffer | null): Visited => ({
      pageUrl: page.url().slice(0, 2_000),
      unreachable,
      refused: way.refused,
      plan,
      filled,
      failed,
      heldBack: this.heldBack,
      picture,
    });
    if (unreachable !== null) return told(NOTHING, null);
    const { frame, plan } = await this.choose(page);
    way.end();
    this.sealed = true;
    this.guard.cut();
    for (const fill of plan.fills) {
      const taken = await fillControl(frame, fill, (sha256) => this.task.file(sha256));
      if (taken.kind === 'taken') filled.push({ ...fill, shown: taken.shown });
      else failed.push({ fill, why: taken.why });
    }
    return told(plan, await pictureOf(page));
  }

  private async holdBack(context: BrowserContext): Promise<void> {
    await context.route('**/*', (route) => this.pass(route));
    await context.routeWebSocket('**/*', (socket) => {
      this.heldBack += 1;
      void socket.close();
    });
  }

  private async pass(route: Route): Promise<void> {
    const request = route.request();
    const asks = ['GET', 'HEAD', 'OPTIONS'].includes(request.method());
    const onWeb = /^(https?|data|blob):/.test(request.url());
    if (asks && onWeb && !this.sealed) return route.continue();
    this.heldBack += 1;
    // This reason leaves a page that would go elsewhere where it is.
    await route.abort('aborted');
  }

  /** Null once the page is there, else why it is not. */
  private async open(page: Page, way: WhereTo): Promise<string | null> {
    const { url, timeoutMs } = this.task;
    try {
      await page.goto(url, { waitUntil: 'domcontentloaded', timeout: timeoutMs });
      await page.waitForLoadState('networkidle', { timeout: SETTLE_MS }).catch(() => undefined); // it never rests
      return way.trouble(null);
    } catch (error) {
      if (page.isClosed() || !page.context().browser()?.isConnected()) throw error;
      const late = error instanceof errors.TimeoutError;
      return way.trouble(late ? `it is not there within ${timeoutMs} ms` : reasonOf(error));
    }
  }

  /** Looks at the page and at those of its frames that are of the same site. */
  private async choose(page: Page): Promise<{ readonly frame: Frame; readonly plan: Plan }> {
    const main = page.mainFrame();
    const own = page
      .frames()
      .filter((frame) => frame === main || originOf(frame.url()) === originOf(main.url()));
    let whole: Plan = NOTHING;
    for (const frame of own) {
      const plan = this.task.plan(await frame.evaluate(lookAtPage, MARK));
      if (plan.obstacle === null) return { frame, plan };
      if (frame === main) whole = plan;
    }
    return { frame: main, plan: whole };
  }
}

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '');
