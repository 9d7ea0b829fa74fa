import type { HttpClient } from '../http/http-client.js';
import type { SearchQuery } from './match-query.js';
import type { SavedPage } from './saved-page.js';
import type { Visit } from './visit.js';

/** What a search may bring along. */
export type SourceInput = 'query' | 'urls' | 'savedPages';

export interface SearchRequest {
  readonly query: SearchQuery;
  /** Postings wanted at most. */
  readonly limit: number;
  /** Ask for each posting's own page where the list does not tell all. */
  readonly fetchDetails: boolean;
  readonly urls: readonly string[];
  readonly savedPages: readonly SavedPage[];
  /** Boards of employers that the person watches, beside those that the settings name. */
  readonly watched: readonly WatchedBoard[];
  /** Null in a dry run: then only saved pages are read. */
  readonly http: HttpClient | null;
  readonly signal: AbortSignal;
}

/** The board of one employer, as an address of the source names it. */
export interface WatchedBoard {
  readonly board: string;
  /** What the person calls the employer; null for what the board says, else its token. */
  readonly name: string | null;
}

/** What a source that asks one employer's board after another says about boards. */
export interface EmployerBoards {
  /** Those that the settings name. */
  readonly named: readonly string[];
  /** Reads a board's token from itself, the board's address or that of one of its openings; null for other text. */
  read(text: string): { readonly board: string; readonly from: 'token' | 'address' } | null;
}

/** A place where openings are found. Parses only; how the web is asked is the client's business. */
export interface Source {
  readonly name: string;
  /** Null when the source is asked by default; else the sentence that says how to switch it on. */
  readonly offBecause: string | null;
  readonly takes: readonly SourceInput[];
  /** Null where the source has no boards of single employers. */
  readonly boards: EmployerBoards | null;
  /** Tells whether an address is of a page of this source; left out where only `boards` can tell, or none is. */
  reads?(url: URL): boolean;
  /**
   * Yields each page as it comes, with what it held. A page that fails is a visit with its outcome, never an
   * exception; throws only the signal's reason, and SettingError.
   */
  search(request: SearchRequest): AsyncIterable<Visit>;
}

/** What the list of sources holds: everything that is known before settings are read. */
export interface SourceDefinition<S extends object = object> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Reads this source's settings. Throws SettingError on a bad one. */
  readSettings(env: NodeJS.ProcessEnv): S;
  /** Addresses from settings, which may lie in a private network. */
  baseUrls(settings: S): readonly string[];
  /** The same settings with the fixture boards at `url` in place of the real board. */
  onFixtures(settings: S, url: string): S;
  create(settings: S): Source;
}
