import { TerminalError } from '#libs/operations';
import type { Visit } from './visit.js';

/** The address that the person pasted is not one of this source's. */
export class UnknownBoardAddressError extends TerminalError {
  constructor(
    readonly url: string,
    readonly title: string,
  ) {
    super('scraper/unknown-board-address', `${url} is not asked: it is no address of a board at ${title}`);
  }
}

/** Tells of an address that was brought to the wrong source, and not asked. */
export const notOurs = (url: string, title: string): Visit => ({
  page: {
    url,
    kind: 'detail',
    outcome: 'unreachable',
    status: null,
    bytes: 0,
    fetchedAt: new Date(),
    body: null,
    error: new UnknownBoardAddressError(url, title),
  },
  postings: [],
  faults: [],
});
