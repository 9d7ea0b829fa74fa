import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { QueryIndex } from './query-index.schema.js';

/** Keeps what was searched and what came of it. */
@Injectable()
export class QueriesStore {
  constructor(@InjectModel(QueryIndex.name) private readonly queries: Model<QueryIndex>) {}

  /**
   * Keeps a search and returns its id. A later attempt of the same task run takes the place of an earlier one.
   */
  async keep(search: Omit<QueryIndex, '_id'>): Promise<string> {
    const _id = `query_${search.taskRunId}`;
    await this.queries.updateOne({ _id }, { $set: search }, { upsert: true }).exec();
    return _id;
  }

  /** Gives the jobs that a search found; none where it is unknown or somebody else's. */
  async jobIdsOf(queryIndexId: string, userId: string): Promise<string[]> {
    const query = await this.queries.findOne({ _id: queryIndexId, userId }).lean<QueryIndex>().exec();
    return query?.jobIds ?? [];
  }
}
