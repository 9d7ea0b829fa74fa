import { TerminalError } from '#libs/operations';

/** Words of pages that boards and the shields before them show to programs. */
const MARKERS: readonly (readonly [RegExp, string])[] = [
  [/<title>\s*(Just a moment|Attention Required)/i, 'a page that checks the browser'],
  [
    /cf-chl-|challenge-platform|captcha-delivery|px-captcha|_Incapsula_Resource/i,
    'a page that checks the browser',
  ],
  [/(g-re|h-|re)?captcha/i, 'a captcha'],
  [/<(title|h1)[^>]*>\s*(Access Denied|Zugriff verweigert|Forbidden|403)/i, 'access denied'],
  [/unusual traffic|ungewöhnlichen? (Datenverkehr|Zugriffe)|are you a (human|robot)/i, 'unusual traffic'],
];

/** A page came with status 200 but turns us away. */
export class BlockPageError extends TerminalError {
  constructor(readonly reason: string) {
    super('scraper/blocked', `the board turns us away with ${reason}`);
  }
}

/**
 * Throws BlockPageError where the page turns us away. To be asked only once parsing has failed: good pages
 * mention captchas too.
 */
export function assertNotBlockPage(html: string): void {
  for (const [pattern, reason] of MARKERS) if (pattern.test(html)) throw new BlockPageError(reason);
}
