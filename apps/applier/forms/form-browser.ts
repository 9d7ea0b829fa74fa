import type { Browser } from 'playwright-core';
import { BrowserFailedError } from './form-errors.js';
import { GuardProxy } from './guard-proxy.js';
import type { GuardOptions } from './guard-proxy.js';
import { assertBrowser, launchBrowser } from './launch-browser.js';
import { reasonOf } from './reason-of.js';
import { Sitting } from './sitting.js';
import type { Task, Visited } from './sitting.js';

export interface Visit extends Task, GuardOptions {
  /** Path of a Chromium; null where none is set up. */
  readonly browser: string | null;
  /** What the browser may know of its surroundings; secrets are none of its business. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Opens a page, fills in what the plan says and takes a picture of it, in a browser of its own that is gone afterwards.
 * Throws NoBrowserError, BrowserFailedError or the signal's reason; what is wrong with the page is told.
 */
export async function visitForm(visit: Visit): Promise<Visited> {
  const path = await assertBrowser(visit.browser);
  const { signal } = visit;
  signal.throwIfAborted();
  const guard = await GuardProxy.start(visit);
  let browser: Browser | undefined;
  const stop = (): void => {
    guard.cut();
    void browser?.close().catch(() => undefined); // the work that waits for it says so
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    browser = await launchBrowser(path, guard.url, visit.env);
    signal.throwIfAborted();
    const visited = await new Sitting(visit, guard).through(browser);
    signal.throwIfAborted();
    return visited;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BrowserFailedError) throw error;
    throw new BrowserFailedError(reasonOf(error), { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
    await browser?.close().catch(() => undefined); // it may have died, which has been told
    await guard.close();
  }
}
