import { Inject, Injectable } from '@nestjs/common';
import type { ScrapeInput, ScrapeOutput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { HealthStore } from '../health/health.store.js';
import type { HttpClient } from '../http/http-client.js';
import { JobsStore } from '../jobs/jobs.store.js';
import { jobIdOf } from '../jobs/job-id.js';
import { mergePostings } from '../jobs/merge-postings.js';
import { PagesStore } from '../pages/pages.store.js';
import { QueriesStore } from '../queries/queries.store.js';
import type { Posting } from '../sources/posting.js';
import type { SearchRequest, Source } from '../sources/source.js';
import type { Visit } from '../sources/visit.js';
import type { PageOutcome } from '../sources/page-outcome.js';
import { WatchListStore } from '../watch-list/watch-list.store.js';
import { HTTP_CLIENT, SOURCE_REGISTRY } from './scraper-tokens.js';
import { messageOf, pageReport, verdictOn } from './search-report.js';
import { bringsPages, searchRequest } from './search-request.js';
import type { SourceRegistry } from './source-registry.js';

/** What is left of an operation's time to store what was found. */
const TIME_TO_KEEP_MS = 5_000;

interface Owner {
  readonly userId: string;
  readonly testMode: boolean;
  readonly source: string;
}

interface Search {
  /** Without the pages' bodies, which are stored by then. */
  readonly visits: Visit[];
  /** Of the stored pages, in the order of the visits; none in a dry run. */
  readonly pageIds: string[];
  readonly outOfTime: boolean;
}

/**
 * Searches one source and keeps what it found.
 *
 * 1. A dry run writes nothing and asks nobody: no client is handed on, and no store is called.
 * 2. Pages are kept as they come and however they came out; jobs and query only when the search came through.
 * 3. Everything written has an id derived from what it is: a search that is run again overwrites itself.
 * 4. How the source came out is remembered, whatever came of it; what the person brought says nothing of it.
 * 5. The limit cuts what a search found, never what the person brought.
 */
@Injectable()
export class ScrapingService {
  constructor(
    @Inject(SOURCE_REGISTRY) private readonly sources: SourceRegistry,
    @Inject(HTTP_CLIENT) private readonly http: HttpClient,
    private readonly jobs: JobsStore,
    private readonly pages: PagesStore,
    private readonly queries: QueriesStore,
    private readonly health: HealthStore,
    private readonly watchList: WatchListStore,
  ) {}

  async scrape(sourceName: string, input: ScrapeInput, run: OperationRun): Promise<ScrapeOutput> {
    const { testMode } = run.flags;
    const dryRun = run.flags.dryRun || input.dryRun === true;
    const source = this.sources.get(sourceName, testMode);
    const owner = { userId: run.actor.userId, testMode, source: source.name };
    const watched = source.boards ? await this.watchList.boardsOf(owner, source.name) : [];
    const request = searchRequest(source, input, watched, dryRun ? null : this.http, run.signal);
    const search = await this.visitAll(source, request, owner, dryRun, run);
    const { visits, pageIds, outOfTime } = search;

    const looked = visits.map(({ page }) => page);
    if (!dryRun && !bringsPages(request)) {
      await this.health.note(owner, looked, new Date());
      await this.watchList.note(owner, source.name, looked);
    }
    const verdict = verdictOn(source.name, looked);
    if (verdict.kind === 'retry') throw verdict.error;

    const found = mergePostings(visits.flatMap((visit) => visit.postings));
    const postings = bringsPages(request) ? found : found.slice(0, input.limit);
    const leftOut = found.length - postings.length;
    const said = {
      success: verdict.kind === 'read',
      source: source.name,
      taskRunId: null,
      pages: visits.map((visit, index) => pageReport(visit, pageIds[index] ?? null)),
      dryRun,
      message: messageOf(verdict, { dryRun, pages: visits.length, outOfTime, leftOut }),
    };
    if (dryRun) {
      const jobIds = postings.map(({ postingId }) => jobIdOf({ ...owner, postingId }));
      return { ...said, jobsCreated: 0, jobsUpdated: 0, jobIds, queryIndexId: null };
    }
    const kept = await this.keep(postings, owner, request, search, run);
    run.log.info(`${source.name}: ${kept.jobsCreated} new, ${kept.jobsUpdated} known`, {
      pages: visits.length,
    });
    return { ...said, ...kept };
  }

  private async visitAll(
    source: Source,
    request: SearchRequest,
    owner: Owner,
    dryRun: boolean,
    run: OperationRun,
  ): Promise<Search> {
    const visits: Visit[] = [];
    const pageIds: string[] = [];
    const found = new Set<string>();
    for await (const visit of source.search(request)) {
      if (!dryRun) pageIds.push(await this.pages.keep(visit.page, owner));
      visits.push({ ...visit, page: { ...visit.page, body: null } });
      const { page, postings, faults } = visit;
      for (const { postingId } of postings) found.add(postingId);
      if (page.error) run.itemError({ item: page.url, message: page.error.message, code: page.error.code });
      for (const { item, message } of faults) run.itemError({ item: `${page.url} ${item}`, message });
      run.progress(Math.min(found.size, request.limit), request.limit, `${page.outcome}: ${page.url}`);
      // Polite pacing may take longer than there is time: what has been found by then is kept.
      if (Date.now() > run.deadline - TIME_TO_KEEP_MS) return { visits, pageIds, outOfTime: true };
    }
    return { visits, pageIds, outOfTime: false };
  }

  private async keep(
    postings: readonly Posting[],
    owner: Owner,
    { query, limit, fetchDetails }: SearchRequest,
    { pageIds, visits }: Search,
    run: OperationRun,
  ): Promise<Pick<ScrapeOutput, 'jobIds' | 'jobsCreated' | 'jobsUpdated' | 'queryIndexId'>> {
    const now = new Date();
    const { jobIds, created, updated } = await this.jobs.keep(postings, {
      ...owner,
      seenAt: now,
      taskRunId: run.taskRunId,
    });
    const queryIndexId = await this.queries.keep({
      ...owner,
      keywords: [...query.keywords],
      location: query.location ?? null,
      limit,
      fetchDetails,
      taskRunId: run.taskRunId,
      flowRunId: run.flowRunId,
      jobIds,
      pageIds,
      jobsCreated: created,
      jobsUpdated: updated,
      pages: countOutcomes(visits),
      searchedAt: now,
    });
    return { jobIds, jobsCreated: created, jobsUpdated: updated, queryIndexId };
  }
}

function countOutcomes(visits: readonly Visit[]): Record<PageOutcome, number> {
  const counts = { results: 0, no_results: 0, blocked: 0, schema_changed: 0, unreachable: 0 };
  for (const { page } of visits) counts[page.outcome] += 1;
  return counts;
}
