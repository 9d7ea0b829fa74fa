import { accessSync, constants, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe } from '@jest/globals';
import { findFolders } from '#libs/local-stack';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Finds a Chromium: that of TEST_BROWSER, else the project's own (scripts/obtain-browser.mjs), else the machine's. */
function findBrowser(): string | undefined {
  const { TEST_BROWSER } = process.env;
  return (TEST_BROWSER ? [TEST_BROWSER] : [...obtained(), ...USUAL]).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function obtained(): string[] {
  const folder = path.join(findFolders().cache, 'browser');
  try {
    return readdirSync(folder).map((version) => path.join(folder, version, 'run'));
  } catch {
    return [];
  }
}

/** Describes what needs a browser, and says why it is left out where there is none. */
export function describeWithBrowser(name: string, specs: (browser: string) => void): void {
  const browser = findBrowser();
  if (browser === undefined)
    describe.skip(`${name} (left out: no Chromium here; TEST_BROWSER names one)`, () => specs(''));
  else describe(name, () => specs(browser));
}
