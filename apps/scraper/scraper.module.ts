import { Inject, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MongoModule } from '#libs/mongo';
import { CheckSourcesService } from './health/check-sources.service.js';
import { HealthController } from './health/health.controller.js';
import { HealthStore } from './health/health.store.js';
import { SourceHealth, SourceHealthSchema } from './health/source-health.schema.js';
import { PoliteClient } from './http/polite-client.js';
import { BulkDelete } from './jobs/bulk-delete.js';
import { CreateJobs } from './jobs/create-jobs.js';
import { Job, JobSchema } from './jobs/job.schema.js';
import { JobsController } from './jobs/jobs.controller.js';
import { JobsQuery } from './jobs/jobs.query.js';
import { JobsStore } from './jobs/jobs.store.js';
import { UpdateJobs } from './jobs/update-jobs.js';
import { MatchingController } from './matching/matching.controller.js';
import { MATCH_WEIGHTS, MatchingService } from './matching/matching.service.js';
import { ModelScorer } from './matching/model/model-scorer.js';
import { Page, PageSchema } from './pages/page.schema.js';
import { PagesStore } from './pages/pages.store.js';
import { OpeningsStore } from './processing/openings.store.js';
import { ProcessingController } from './processing/processing.controller.js';
import { ProcessingService } from './processing/processing.service.js';
import { QueriesStore } from './queries/queries.store.js';
import { QueryIndex, QueryIndexSchema } from './queries/query-index.schema.js';
import { SCRAPING_CONTROLLERS } from './scraping/scraping.controllers.js';
import { HTTP_CLIENT, SOURCE_REGISTRY } from './scraping/scraper-tokens.js';
import { ScrapingService } from './scraping/scraping.service.js';
import { SourceRegistry } from './scraping/source-registry.js';
import { OldJobs } from './upkeep/old-jobs.js';
import { UpkeepController } from './upkeep/upkeep.controller.js';
import { WatchListController } from './watch-list/watch-list.controller.js';
import { WatchListStore } from './watch-list/watch-list.store.js';
import { WatchedEmployer, WatchedEmployerSchema } from './watch-list/watched-employer.schema.js';
import type { ScraperSettings } from './settings/scraper-settings.js';

export interface ScraperModuleOptions {
  readonly mongoUri: string;
  readonly settings: ScraperSettings;
  /** Where sources read their own settings from, and where a reference to a secret leads. */
  readonly sourceEnv: NodeJS.ProcessEnv;
}

@Module({})
export class ScraperModule implements BeforeApplicationShutdown {
  constructor(@Inject(HTTP_CLIENT) private readonly http: PoliteClient) {}

  /** Throws SettingError on a bad setting, before anything is opened. */
  static register({ mongoUri, settings, sourceEnv }: ScraperModuleOptions): DynamicModule {
    const sources = new SourceRegistry(sourceEnv, settings.fixturesUrl ?? null);
    return {
      module: ScraperModule,
      imports: [
        MongoModule.forRoot({ uri: mongoUri, appName: 'scraper', makeIndexes: true }),
        MongooseModule.forFeature([
          { name: Job.name, schema: JobSchema },
          { name: Page.name, schema: PageSchema },
          { name: QueryIndex.name, schema: QueryIndexSchema },
          { name: SourceHealth.name, schema: SourceHealthSchema },
          { name: WatchedEmployer.name, schema: WatchedEmployerSchema },
        ]),
      ],
      controllers: [
        JobsController,
        ProcessingController,
        MatchingController,
        HealthController,
        WatchListController,
        UpkeepController,
        ...SCRAPING_CONTROLLERS,
      ],
      providers: [
        { provide: SOURCE_REGISTRY, useValue: sources },
        {
          provide: HTTP_CLIENT,
          useFactory: () =>
            new PoliteClient({
              ...settings,
              totalMs: settings.silenceMs * 2,
              trusted: sources.trusted,
              unpaced: settings.fixturesUrl === undefined ? [] : [new URL(settings.fixturesUrl).origin],
            }),
        },
        { provide: MATCH_WEIGHTS, useValue: settings.matchWeights },
        { provide: ModelScorer, useFactory: () => new ModelScorer(settings, sourceEnv) },
        JobsStore,
        JobsQuery,
        CreateJobs,
        UpdateJobs,
        BulkDelete,
        OpeningsStore,
        ProcessingService,
        MatchingService,
        PagesStore,
        QueriesStore,
        HealthStore,
        WatchListStore,
        OldJobs,
        CheckSourcesService,
        ScrapingService,
      ],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.http.close();
  }
}
