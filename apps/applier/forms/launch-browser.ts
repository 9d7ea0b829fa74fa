import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { BrowserFailedError, NoBrowserError } from './form-errors.js';
import { reasonOf } from './reason-of.js';

const LAUNCH_MS = 60_000;

/** Makes sure that there is a program at a path. Throws NoBrowserError. */
export async function assertBrowser(path: string | null): Promise<string> {
  if (path === null) throw new NoBrowserError(null);
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    throw new NoBrowserError(path);
  }
}

/**
 * Starts a Chromium without a window, all of whose lines go by a proxy, with a profile of its own that is gone when it is
 * closed. `env` is all that it knows of its surroundings. Throws BrowserFailedError.
 */
export async function launchBrowser(
  executablePath: string,
  proxy: string,
  env: Readonly<Record<string, string>>,
): Promise<Browser> {
  try {
    return await chromium.launch({
      executablePath,
      headless: true,
      // Chromium refuses to run sandboxed as root.
      chromiumSandbox: process.getuid?.() !== 0,
      proxy: { server: proxy },
      // Lines that a proxy would not see.
      args: ['--disable-quic', '--force-webrtc-ip-handling-policy=disable_non_proxied_udp'],
      env,
      timeout: LAUNCH_MS,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    throw new BrowserFailedError(`it does not start: ${reasonOf(error)}`, { cause: error });
  }
}
