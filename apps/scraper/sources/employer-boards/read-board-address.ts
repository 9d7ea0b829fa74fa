import { BOARD_TOKEN } from './settings.js';

export interface BoardAddress {
  readonly board: string;
  /** The part that names one opening; null for the board as a whole. */
  readonly opening: string | null;
  readonly from: 'token' | 'address';
}

/**
 * Reads which board, and which of its openings, an address names; a bare token names a board. `addresses` are
 * matched against host and path and have the group `board`, and `opening` where they may name one. Null for what
 * is neither.
 */
export function readBoardAddress(text: string, addresses: readonly RegExp[]): BoardAddress | null {
  const trimmed = text.trim();
  const url = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (URL.canParse(url)) {
    const { host, pathname } = new URL(url);
    const place = host + pathname.replace(/\/+$/, '');
    for (const address of addresses) {
      const { board, opening } = address.exec(place)?.groups ?? {};
      if (board !== undefined && BOARD_TOKEN.test(board))
        return { board, opening: opening ?? null, from: 'address' };
    }
  }
  return BOARD_TOKEN.test(trimmed) ? { board: trimmed, opening: null, from: 'token' } : null;
}
