import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type {
  DocumentLineageInput,
  DocumentLineageOutput,
  LineageEntryDto,
  RunLineageInput,
  RunLineageOutput,
} from '#libs/contracts';
import { readPage } from '#libs/mongo';
import type { Actor, ResultRef } from '#libs/run-log';
import { who } from '#libs/run-records';
import { RecordNotFoundError } from '../queries/errors.js';
import { userFilter } from '../queries/scope.js';
import { FlowRunRecord } from '../records/flow-run.record.js';
import { TaskRunRecord } from '../records/task-run.record.js';

/** So many runs of a family are looked at, for each of them stands in the question to the database. */
const MOST_RUNS = 1_000;
/** Tells the database that it need not look at records without any. */
const WITH_REFS = { 'resultRefs.0': { $exists: true } } as const;

type Kept = Pick<
  TaskRunRecord,
  '_id' | 'operationName' | 'status' | 'flowRunId' | 'parentTaskRunId' | 'actor' | 'resultRefs' | 'createdAt'
>;

/** Follows documents to what has made them, and runs to what they have made. */
@Injectable()
export class LineageQuery {
  constructor(
    @InjectModel(TaskRunRecord.name) private readonly taskRuns: Model<TaskRunRecord>,
    @InjectModel(FlowRunRecord.name) private readonly flowRuns: Model<FlowRunRecord>,
  ) {}

  /** Throws RecordNotFoundError where there is no such run, or it is none of the asker's. */
  async ofRun(input: RunLineageInput, actor: Actor): Promise<RunLineageOutput> {
    const { flowRunId, collection } = input;
    const mine = userFilter(actor, undefined);
    if (!(await this.flowRuns.exists({ _id: flowRunId, ...mine })))
      throw new RecordNotFoundError('flow run', flowRunId);
    const { ids, truncated } = await this.family(flowRunId);
    const page = await this.page({
      filter: {
        flowRunId: { $in: ids },
        ...WITH_REFS,
        ...(collection === undefined ? {} : { 'resultRefs.collection': collection }),
        ...mine,
      },
      // Runs that are started meanwhile make the list longer, not another one.
      list: { flowRunId, collection, mine },
      sort: 'createdAt',
      input,
      shown: (ref) => collection === undefined || ref.collection === collection,
    });
    return { ...page, truncated };
  }

  async ofDocument(input: DocumentLineageInput, actor: Actor): Promise<DocumentLineageOutput> {
    const { collection, documentId, user } = input;
    const filter = {
      resultRefs: { $elemMatch: { collection, documentId } },
      ...WITH_REFS,
      ...userFilter(actor, user),
    };
    return this.page({
      filter,
      list: filter,
      sort: '-createdAt',
      input,
      shown: (ref) => ref.collection === collection && ref.documentId === documentId,
    });
  }

  private page({
    filter,
    list,
    sort,
    input,
    shown,
  }: {
    readonly filter: QueryFilter<TaskRunRecord>;
    readonly list: unknown;
    readonly sort: string;
    readonly input: RunLineageInput | DocumentLineageInput;
    readonly shown: (ref: ResultRef) => boolean;
  }) {
    return readPage<TaskRunRecord, LineageEntryDto>({
      model: this.taskRuns,
      filter,
      list,
      sort,
      without: ['inputDump', 'logEntries', 'attempts'],
      limit: input.limit,
      cursor: input.cursor,
      toDto: (record) => entryOf(record, shown),
    });
  }

  /** Lists a run, those that went on with its work, and all that any of them has started, by its end too. */
  private async family(flowRunId: string): Promise<{ readonly ids: string[]; readonly truncated: boolean }> {
    const ids = new Set([flowRunId]);
    for (let from = [flowRunId]; from.length > 0;) {
      const next = await this.flowRuns
        .find({
          $or: [{ _id: { $in: await this.continuing(from) } }, ...startedBy(from)],
        })
        .select({ _id: 1 })
        .limit(MOST_RUNS - ids.size + 1)
        .lean<{ _id: string }[]>();
      from = next.map(({ _id }) => _id).filter((id) => !ids.has(id));
      for (const id of from) {
        if (ids.size >= MOST_RUNS) return { ids: [...ids], truncated: true };
        ids.add(id);
      }
    }
    return { ids: [...ids], truncated: false };
  }

  private async continuing(ids: readonly string[]): Promise<string[]> {
    const ended = await this.flowRuns
      .find({ _id: { $in: [...ids] }, continuedBy: { $type: 'string' } })
      .select({ continuedBy: 1 })
      .lean<{ continuedBy: string }[]>();
    return ended.map(({ continuedBy }) => continuedBy);
  }
}

/** Also of the kind that the indexes are for, or the database would read every record there is. */
export const startedBy = (runIds: readonly string[]) => {
  const among = { $in: [...runIds], $type: 'string' } as const;
  return [{ parentFlowRunId: among }, { 'triggeredBy.runId': among }];
};

function entryOf(record: Kept, shown: (ref: ResultRef) => boolean): LineageEntryDto {
  return {
    taskRunId: record._id,
    operationName: record.operationName,
    status: record.status,
    flowRunId: record.flowRunId,
    parentTaskRunId: record.parentTaskRunId,
    actor: who(record.actor),
    documents: record.resultRefs.filter(shown),
    at: record.createdAt.toISOString(),
  };
}
