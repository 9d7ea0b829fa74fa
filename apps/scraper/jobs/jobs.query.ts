import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { ListJobsInput, ListJobsOutput } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import { QueriesStore } from '../queries/queries.store.js';
import { Job } from './job.schema.js';
import { summaryOf } from './job-view.js';

/** Left out of lists. */
const TEXTS = ['description', 'descriptionHtml'];

export interface Reader {
  readonly userId: string;
  /** Jobs made in test mode are left out unless asked for. */
  readonly withTest: boolean;
}

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
    const { queryIndexId, sort, limit, cursor } = input;
    const filter = filterOf(input, reader);
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

function filterOf(input: ListJobsInput, { userId, withTest }: Reader): QueryFilter<Job> {
  const { source, status, company, title, location, remote, from, to } = input;
  const seen = { ...(from ? { $gte: new Date(from) } : {}), ...(to ? { $lt: new Date(to) } : {}) };
  return {
    userId,
    testMode: withTest ? { $in: [false, true] } : false,
    ...(source === undefined ? {} : { 'source.name': source }),
    ...(status === undefined ? {} : { status }),
    ...(company === undefined ? {} : { company: holding(company) }),
    ...(title === undefined ? {} : { title: holding(title) }),
    ...(location === undefined ? {} : { locations: holding(location) }),
    ...(remote === undefined ? {} : { remote }),
    ...(from || to ? { firstSeenAt: seen } : {}),
  };
}

const holding = (text: string) => ({ $regex: text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), $options: 'i' });
