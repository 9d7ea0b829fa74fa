import type { Parsed } from '../parsed.js';
import type { Posting } from '../posting.js';
import type { WatchedBoard } from '../source.js';
import type { PageRequest } from '../visit.js';

/** One page of a board's list. */
export interface BoardPage extends Parsed {
  /** Whether another page follows. */
  readonly more: boolean;
}

export interface PageOfBoard {
  readonly board: string;
  /** From 0. */
  readonly page: number;
  /** Empty unless the board searches by keyword. */
  readonly keyword: string;
}

/** How the boards of one kind are asked and read. Owns addresses and shapes; the search itself is shared. */
export interface BoardFormat {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Where the public boards lie; `{board}` stands for the board where that is a part of the host's name. */
  readonly baseUrl: string;
  /** Boards that are asked unless the settings name others. */
  readonly standardBoards?: readonly string[];
  /** Boards among the fixtures. */
  readonly fixtureBoards: readonly string[];
  readonly fixturePath: string;
  /** Addresses that people know a board by: the group `board`, and `opening` where it is one opening's. */
  readonly addresses: readonly RegExp[];
  readonly accept: PageRequest['accept'];
  /** The board searches by keyword, and its list does not hold the text to sift by. */
  readonly searches?: boolean;
  listUrl(base: string, page: PageOfBoard): string;
  /** Throws SchemaChangedError or BlockPageError. */
  parseList(text: string, board: WatchedBoard): BoardPage;
  /** Where a posting's own page tells more than the list. */
  readonly detail?: {
    url(base: string, board: string, opening: string): string;
    /** The part of the posting that the address is made of. */
    openingOf(posting: Posting): string;
    parse(text: string, board: WatchedBoard): Parsed;
  };
}

/** The address of a board below a base address, which may hold `{board}`. */
export const boardAddress = (base: string, board: string): string =>
  base.replace('{board}', encodeURIComponent(board)).replace(/\/+$/, '');
