import { Inject, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MongoModule } from '#libs/mongo';
import { PoliteClient } from './http/polite-client.js';
import { Job, JobSchema } from './jobs/job.schema.js';
import { JobsController } from './jobs/jobs.controller.js';
import { JobsQuery } from './jobs/jobs.query.js';
import { JobsStore } from './jobs/jobs.store.js';
import { Page, PageSchema } from './pages/page.schema.js';
import { PagesStore } from './pages/pages.store.js';
import { QueriesStore } from './queries/queries.store.js';
import { QueryIndex, QueryIndexSchema } from './queries/query-index.schema.js';
import { SCRAPING_CONTROLLERS } from './scraping/scraping.controllers.js';
import { HTTP_CLIENT, SOURCE_REGISTRY } from './scraping/scraper-tokens.js';
import { ScrapingService } from './scraping/scraping.service.js';
import { SourceRegistry } from './scraping/source-registry.js';
import type { ScraperSettings } from './settings/scraper-settings.js';

export interface ScraperModuleOptions {
  readonly mongoUri: string;
  readonly settings: ScraperSettings;
  /** Where sources read their own settings from. */
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
        ]),
      ],
      controllers: [JobsController, ...SCRAPING_CONTROLLERS],
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
        JobsStore,
        JobsQuery,
        PagesStore,
        QueriesStore,
        ScrapingService,
      ],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.http.close();
  }
}
