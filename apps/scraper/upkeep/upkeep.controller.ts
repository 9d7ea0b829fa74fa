import { Controller } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { CleanScraper } from '#libs/contracts';
import type { CleanScraperInput, CleanScraperOutput } from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { Page } from '../pages/page.schema.js';
import { QueryIndex } from '../queries/query-index.schema.js';
import { OldJobs } from './old-jobs.js';
import type { Removed } from './old-jobs.js';

const DAY_MS = 86_400_000;
const NONE: Removed = { gone: 0, unsure: 0, why: null };

/** Removes what is past its time. */
@Controller()
export class UpkeepController {
  constructor(
    @InjectModel(Page.name) private readonly pages: Model<Page>,
    @InjectModel(QueryIndex.name) private readonly searches: Model<QueryIndex>,
    private readonly jobs: OldJobs,
  ) {}

  @Operation(CleanScraper)
  async clean({ olderThanDays }: CleanScraperInput, run: OperationRun): Promise<CleanScraperOutput> {
    const { dryRun, testMode } = run.flags;
    const before = new Date(Date.now() - olderThanDays * DAY_MS);
    const own = { userId: run.actor.userId, testMode: testMode ? true : { $in: [false, true] } };
    const pages = { ...own, fetchedAt: { $lt: before } };
    const searches = { ...own, searchedAt: { $lt: before } };
    const counts = await Promise.all([
      this.pages.countDocuments(pages).exec(),
      this.searches.countDocuments(searches).exec(),
    ]);
    if (!dryRun) {
      await this.pages.deleteMany(pages).exec();
      await this.searches.deleteMany(searches).exec();
    }
    const real = testMode ? NONE : await this.jobs.remove(false, before, run);
    const test = await this.jobs.remove(true, before, run);
    const unsure = real.unsure + test.unsure;
    const why = real.why ?? test.why;
    return {
      success: true,
      pages: counts[0],
      searches: counts[1],
      jobs: real.gone,
      testJobs: test.gone,
      unsure,
      message:
        why === null ? null : `${unsure} old jobs stay: whether they have applications is not known: ${why}`,
      dryRun,
      taskRunId: null,
    };
  }
}
