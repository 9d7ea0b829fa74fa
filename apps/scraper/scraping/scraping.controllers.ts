import { Controller, Inject } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ListSources, SCRAPE_SOURCE_CONTRACTS, ScrapeInput, ScrapeJobs, ScrapeUrl } from '#libs/contracts';
import type {
  ListSourcesInput,
  ListSourcesOutput,
  ScrapeJobsInput,
  ScrapeOutput,
  ScrapeUrlInput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationContract, OperationRun } from '#libs/operations';
import { WatchListStore } from '../watch-list/watch-list.store.js';
import { findSource } from './find-source.js';
import { ScrapingService } from './scraping.service.js';
import { SOURCE_REGISTRY } from './scraper-tokens.js';
import type { SourceRegistry } from './source-registry.js';

@Controller()
export class ScrapingController {
  constructor(
    private readonly scraping: ScrapingService,
    private readonly watchList: WatchListStore,
    @Inject(SOURCE_REGISTRY) private readonly sources: SourceRegistry,
  ) {}

  @Operation(ScrapeJobs)
  async scrapeJobs(input: ScrapeJobsInput, run: OperationRun): Promise<ScrapeOutput> {
    return this.scraping.scrape(input.source, input, run);
  }

  @Operation(ScrapeUrl)
  async scrapeUrl({ url, fetchDetails }: ScrapeUrlInput, run: OperationRun): Promise<ScrapeOutput> {
    const { name } = findSource(new URL(url), this.sources.all(run.flags.testMode));
    const input = Object.assign(new ScrapeInput(), { urls: [url], fetchDetails });
    return this.scraping.scrape(name, input, run);
  }

  @Operation(ListSources)
  async listSources({ enabled }: ListSourcesInput, run: OperationRun): Promise<ListSourcesOutput> {
    const { testMode } = run.flags;
    const watched = await this.watchList.list({ userId: run.actor.userId, testMode });
    const isWatched = new Set(watched.map(({ source }) => source));
    const sources = this.sources.definitions.map(({ name, title, description }) => {
      const { offBecause: reason, takes } = this.sources.get(name, testMode);
      const offBecause = isWatched.has(name) ? null : reason;
      const on = offBecause === null;
      return {
        name,
        title,
        description,
        operation: `scrape_${name}`,
        enabled: on,
        offBecause,
        takes: [...takes],
      };
    });
    return { sources: sources.filter((source) => enabled === undefined || source.enabled === enabled) };
  }
}

/** Makes the controller of `scrape_<source>`: they differ in nothing but the source. */
function controllerOf(source: string, contract: OperationContract<ScrapeInput, ScrapeOutput>): Type<unknown> {
  @Controller()
  class ScrapeSourceController {
    constructor(private readonly scraping: ScrapingService) {}

    @Operation(contract)
    async scrape(input: ScrapeInput, run: OperationRun): Promise<ScrapeOutput> {
      return this.scraping.scrape(source, input, run);
    }
  }
  return ScrapeSourceController;
}

export const SCRAPING_CONTROLLERS: readonly Type<unknown>[] = [
  ScrapingController,
  ...Object.entries(SCRAPE_SOURCE_CONTRACTS).map(([source, contract]) => controllerOf(source, contract)),
];
