import { accessSync, constants } from 'node:fs';
import { describe } from '@jest/globals';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Finds a Chromium of this machine: that of APPLIER_BROWSER, else one where they usually are; null where there is none. */
function findBrowser(): string | null {
  const { APPLIER_BROWSER } = process.env;
  const found = (APPLIER_BROWSER ? [APPLIER_BROWSER] : USUAL).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found ?? null;
}

/** Describes what needs a browser, and says why it is left out where there is none. */
export function describeWithBrowser(name: string, specs: (browser: string) => void): void {
  const browser = findBrowser();
  if (browser === null)
    describe.skip(`${name} (left out: no Chromium here; APPLIER_BROWSER names one)`, () => specs(''));
  else describe(name, () => specs(browser));
}
