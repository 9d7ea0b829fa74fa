import { Inject, Injectable } from '@nestjs/common';
import type { CheckSourcesInput, CheckSourcesOutput, SourceHealthDto } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import type { HttpClient } from '../http/http-client.js';
import { NoAnswerError } from '../http/http-errors.js';
import { HTTP_CLIENT, SOURCE_REGISTRY } from '../scraping/scraper-tokens.js';
import type { SourceRegistry } from '../scraping/source-registry.js';
import type { AnySource } from '../sources/any-source.js';
import { isRead } from '../sources/page-outcome.js';
import type { Source, WatchedBoard } from '../sources/source.js';
import type { VisitedPage } from '../sources/visit.js';
import { WatchListStore } from '../watch-list/watch-list.store.js';
import { HealthStore } from './health.store.js';
import { healthView } from './health-view.js';

/** Patience with one source; the others are asked meanwhile. */
const PATIENCE_MS = 45_000;
/** A source is asked until one page is read, or so many were not. */
const MOST_PAGES = 5;

/** Asks sources for a page each, and tells how they stand. Keeps no jobs and no pages. */
@Injectable()
export class CheckSourcesService {
  constructor(
    @Inject(SOURCE_REGISTRY) private readonly sources: SourceRegistry,
    @Inject(HTTP_CLIENT) private readonly http: HttpClient,
    private readonly health: HealthStore,
    private readonly watchList: WatchListStore,
  ) {}

  async check({ sources: wanted, ask }: CheckSourcesInput, run: OperationRun): Promise<CheckSourcesOutput> {
    const { testMode, dryRun } = run.flags;
    const owner = { userId: run.actor.userId, testMode };
    const definitions = this.sources.definitions.filter(
      ({ name }) => wanted?.includes(name as never) ?? true,
    );
    const watched = await this.watchList.list(owner);
    const boardsOf = (source: string): WatchedBoard[] =>
      watched.filter((employer) => employer.source === source);

    const asked = new Set<string>();
    if (ask && !dryRun) {
      const looks = definitions.map(async ({ name }) => {
        const source = this.sources.get(name, testMode);
        if (isOff(source, boardsOf(name))) return;
        const pages = await this.look(source, boardsOf(name), run.signal);
        await this.health.note({ ...owner, source: name }, pages, new Date());
        await this.watchList.note(owner, name, pages);
        if (pages.length > 0) asked.add(name);
      });
      await Promise.all(looks);
    }

    const known = await this.health.of(owner);
    const view = (definition: AnySource): SourceHealthDto => {
      const { name } = definition;
      const source = this.sources.get(name, testMode);
      const boards = new Set([...(source.boards?.named ?? []), ...boardsOf(name).map(({ board }) => board)]);
      return healthView(definition, {
        offBecause: isOff(source, boardsOf(name)) ? source.offBecause : null,
        asked: asked.has(name),
        boards: boards.size,
        health: known.get(name) ?? null,
      });
    };
    const told = definitions.map(view);
    return { success: told.every(({ state }) => HARMLESS.has(state)), sources: told, dryRun };
  }

  private async look(
    source: Source,
    watched: readonly WatchedBoard[],
    signal: AbortSignal,
  ): Promise<VisitedPage[]> {
    const tooLong = AbortSignal.timeout(PATIENCE_MS);
    const pages: VisitedPage[] = [];
    try {
      const visits = source.search({
        query: { keywords: [] },
        limit: 1,
        fetchDetails: false,
        urls: [],
        savedPages: [],
        watched,
        http: this.http,
        signal: AbortSignal.any([signal, tooLong]),
      });
      for await (const { page } of visits) {
        pages.push({ ...page, body: null });
        if (isRead(page.outcome) || pages.length >= MOST_PAGES) break;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!tooLong.aborted) throw error;
      pages.push(tooSlow(source.name));
    }
    return pages;
  }
}

const HARMLESS: ReadonlySet<string> = new Set(['ok', 'unknown', 'off']);

const isOff = ({ offBecause }: Source, watched: readonly WatchedBoard[]): boolean =>
  offBecause !== null && watched.length === 0;

const tooSlow = (source: string): VisitedPage => ({
  url: source,
  kind: 'list',
  outcome: 'unreachable',
  status: null,
  bytes: 0,
  fetchedAt: new Date(),
  body: null,
  error: new NoAnswerError(source, `nothing came within ${PATIENCE_MS / 1000} s`),
});
