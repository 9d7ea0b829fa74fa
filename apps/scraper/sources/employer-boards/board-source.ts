import type { HttpClient } from '../../http/http-client.js';
import { readSettings } from '../../settings/read-settings.js';
import { under } from '../field-readers.js';
import { matchesQuery } from '../match-query.js';
import { notOurs } from '../not-ours.js';
import type { SearchQuery } from '../match-query.js';
import type { Posting } from '../posting.js';
import type { EmployerBoards, SearchRequest, Source, SourceDefinition, WatchedBoard } from '../source.js';
import { visitPage } from '../visit.js';
import type { Visit } from '../visit.js';
import { visitDetails } from '../visit-details.js';
import { boardAddress } from './board-format.js';
import type { BoardFormat } from './board-format.js';
import { readBoardAddress } from './read-board-address.js';
import { boardSettings } from './settings.js';
import type { EmployerBoardSettings } from './settings.js';

/** Pages of one board's list that a search reads at most. */
const MAX_PAGES = 10;

type Asking = SearchRequest & { readonly http: HttpClient };

/** Asks one employer's board after another, and sifts what is open there. */
class BoardSource implements Source {
  readonly name: string;
  readonly takes = ['query', 'urls'] as const;
  readonly boards: EmployerBoards;
  readonly offBecause: string | null;

  constructor(
    private readonly format: BoardFormat,
    private readonly settings: EmployerBoardSettings,
  ) {
    this.name = format.name;
    this.boards = {
      named: settings.boards,
      read: (text) => readBoardAddress(text, format.addresses),
    };
    this.offBecause =
      settings.boards.length > 0
        ? null
        : `no employer's board is watched: watch one (watch_employer) or name some in ${boardsSetting(format)}`;
  }

  async *search(request: SearchRequest): AsyncGenerator<Visit> {
    const { http, urls, limit, watched } = request;
    if (!http) return;
    const asking = { ...request, http };
    for (const url of urls) yield* this.visitAddress(url, asking);
    if (urls.length > 0) return;
    const boards = new Map<string, WatchedBoard>();
    for (const board of this.settings.boards) boards.set(board, { board, name: null });
    for (const board of watched) boards.set(board.board, board);
    const found = new Set<string>();
    for (const board of boards.values()) {
      if (found.size >= limit) return;
      yield* this.searchBoard(board, asking, found);
    }
  }

  private async *searchBoard(
    board: WatchedBoard,
    request: Asking,
    found: Set<string>,
  ): AsyncGenerator<Visit> {
    const { query, fetchDetails } = request;
    const { searches = false } = this.format;
    // What the board has searched by itself is sifted by the place alone.
    const sieve: SearchQuery = searches ? { ...query, keywords: [] } : query;
    const keywords = searches && query.keywords.length > 0 ? query.keywords : [''];
    for (const keyword of keywords)
      for await (const visit of this.visitList(board, keyword, request)) {
        const fresh = visit.postings.filter((p) => !found.has(p.postingId) && matchesQuery(p, sieve));
        const postings = fresh.slice(0, request.limit - found.size);
        for (const { postingId } of postings) found.add(postingId);
        yield { ...visit, postings };
        if (fetchDetails) yield* this.visitDetails(board, postings, request);
        if (found.size >= request.limit) return;
      }
  }

  private async *visitList(
    board: WatchedBoard,
    keyword: string,
    { http, signal }: Asking,
  ): AsyncGenerator<Visit> {
    const { format } = this;
    for (let page = 0, more = true; more && page < MAX_PAGES; page++) {
      more = false;
      const url = format.listUrl(this.addressOf(board), { board: board.board, page, keyword });
      const list = { url, kind: 'list', accept: format.accept, board: board.board } as const;
      yield await visitPage(http, list, signal, (text) => {
        const parsed = format.parseList(text, board);
        more = parsed.more;
        return parsed;
      });
    }
  }

  private async *visitDetails(
    board: WatchedBoard,
    postings: readonly Posting[],
    { http, signal }: Asking,
  ): AsyncGenerator<Visit> {
    const { detail, accept } = this.format;
    if (!detail) return;
    const urls = postings.map((p) => detail.url(this.addressOf(board), board.board, detail.openingOf(p)));
    const request = { accept, board: board.board };
    yield* visitDetails(http, urls, request, signal, (text) => detail.parse(text, board));
  }

  /** What the person brought is wanted as it is: an opening, or all of a board. */
  private async *visitAddress(url: string, request: Asking): AsyncGenerator<Visit> {
    const { format } = this;
    const read = readBoardAddress(url, format.addresses);
    if (read === null) {
      yield notOurs(url, format.title);
      return;
    }
    const { opening } = read;
    const board = request.watched.find((known) => known.board === read.board) ?? { ...read, name: null };
    const { detail, accept } = format;
    if (opening !== null && detail) {
      const address = detail.url(this.addressOf(board), board.board, opening);
      const page = { url: address, kind: 'detail', accept, board: board.board } as const;
      yield await visitPage(request.http, page, request.signal, (text) => detail.parse(text, board));
      return;
    }
    for await (const visit of this.visitList(board, '', request)) {
      const isWanted = (posting: Posting) => opening === null || isOpening(posting, board.board, opening);
      const postings = visit.postings.filter(isWanted);
      yield { ...visit, postings };
      if (opening !== null && postings.length > 0) return;
    }
  }

  private addressOf({ board }: WatchedBoard): string {
    return boardAddress(this.settings.baseUrl, board);
  }
}

const isOpening = ({ postingId, url }: Posting, board: string, opening: string): boolean =>
  postingId === `${board}:${opening}` || url?.endsWith(`/${opening}`) === true;

const boardsSetting = ({ name }: BoardFormat): string => `SOURCE_${name.toUpperCase()}_BOARDS`;

/** Makes a source of a kind of board. */
export function employerBoards(format: BoardFormat): SourceDefinition<EmployerBoardSettings> {
  const { name, title, description, baseUrl, standardBoards, fixtureBoards, fixturePath } = format;
  const Settings = boardSettings(baseUrl, standardBoards);
  return {
    name,
    title,
    description,
    readSettings: (env) =>
      readSettings(Settings, env, {
        baseUrl: `SOURCE_${name.toUpperCase()}_URL`,
        boards: boardsSetting(format),
      }),
    baseUrls: (settings) => [boardAddress(settings.baseUrl, 'board')],
    onFixtures: (settings, url) => ({
      ...settings,
      baseUrl: under(url, fixturePath),
      boards: [...fixtureBoards],
    }),
    create: (settings) => new BoardSource(format, settings),
  };
}
