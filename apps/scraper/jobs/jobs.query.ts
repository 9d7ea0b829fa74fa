import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { ListJobsInput, ListJobsOutput, SearchJobsInput } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import { QueriesStore } from '../queries/queries.store.js';
import { Job } from './job.schema.js';
import { jobFilter } from './job-filter.js';
import type { Reader } from './job-filter.js';
import { summaryOf } from './job-view.js';

/** Left out of lists. */
const TEXTS = ['description', 'descriptionHtml', 'processing', 'opening'];

/** Reads a person's jobs. */
@Injectable()
export class JobsQuery {
  constructor(
    @InjectModel(Job.name) private readonly jobs: Model<Job>,
    private readonly queries: QueriesStore,
  ) {}

  /** Gets one job; null where the person has none by this id. */
  async get(jobId: string, userId: string): Promise<Job | null> {
    return this.jobs.findOne({ _id: jobId, userId }).lean<Job>().exec();
  }

  /** Lists jobs page by page; a page's cursor stays right when jobs are added meanwhile. */
  async list(input: ListJobsInput, reader: Reader): Promise<ListJobsOutput> {
    return this.page(input, jobFilter(input, reader), reader);
  }

  /** Lists the jobs that hold words, whatever their case and marks. */
  async search(input: SearchJobsInput, reader: Reader): Promise<ListJobsOutput> {
    const words = { $text: { $search: input.text } };
    return this.page(input, { ...jobFilter(input, reader), ...words }, reader);
  }

  private async page(
    input: ListJobsInput,
    filter: QueryFilter<Job>,
    reader: Reader,
  ): Promise<ListJobsOutput> {
    const { queryIndexId, sort, limit, cursor } = input;
    const found =
      queryIndexId === undefined
        ? {}
        : { _id: { $in: await this.queries.jobIdsOf(queryIndexId, reader.userId) } };
    return readPage({
      model: this.jobs,
      filter: { ...filter, ...found },
      // A search that still runs finds more from page to page.
      list: [filter, queryIndexId],
      sort,
      without: TEXTS,
      limit,
      cursor,
      toDto: summaryOf,
    });
  }
}
