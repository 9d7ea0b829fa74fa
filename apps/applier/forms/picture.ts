import type { Page } from 'playwright-core';

export const PICTURE_WIDTH = 1_200;
/** It is cut off below; in pixels. */
const TALLEST = 8_000;
const PATIENCE_MS = 20_000;

/** Takes a picture of a page, from its top on; null where none can be taken, for what is told of a page stands without. */
export async function pictureOf(page: Page): Promise<Buffer | null> {
  try {
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    return await page.screenshot({
      type: 'png',
      animations: 'disabled',
      fullPage: true,
      clip: { x: 0, y: 0, width: PICTURE_WIDTH, height: Math.max(1, Math.min(height, TALLEST)) },
      timeout: PATIENCE_MS,
    });
  } catch {
    return null;
  }
}
