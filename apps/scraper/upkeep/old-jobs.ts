import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { JobStatus, ListApplications, ListApplicationsInput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { MANUAL_SOURCE } from '../jobs/create-jobs.js';
import { Job } from '../jobs/job.schema.js';
import { OpeningsStore } from '../processing/openings.store.js';
import type { Owner } from '../processing/openings.store.js';
import { WatchListStore } from '../watch-list/watch-list.store.js';
import { wholeGroups } from './whole-groups.js';
import type { Linked } from './whole-groups.js';

/** What one question to the applier may name. */
const BATCH = 1_000;
const MOST_APPLICATIONS = 500;

export interface Removed {
  readonly gone: number;
  /** Those that stay since the applier could not be asked. */
  readonly unsure: number;
  /** Why it could not be; null where it could. */
  readonly why: string | null;
}

/**
 * Removes jobs that no search has seen for long.
 *
 * 1. A job to which there is an application never goes, and neither does one of which that is not known.
 * 2. Postings of one opening go together or not at all.
 * 3. What changes between counting and removing stays: it no longer meets the filter.
 */
@Injectable()
export class OldJobs {
  constructor(
    @InjectModel(Job.name) private readonly jobs: Model<Job>,
    private readonly openings: OpeningsStore,
    private readonly watchList: WatchListStore,
  ) {}

  /** Removes jobs last seen before an instant that nobody has touched; of test mode, all of that age. */
  async remove(testMode: boolean, before: Date, run: OperationRun): Promise<Removed> {
    const owner = { userId: run.actor.userId, testMode };
    const old = { ...owner, lastSeenAt: { $lt: before } };
    const filter = testMode ? old : { ...old, ...(await this.untouched(owner)) };
    const batches = inBatches(await this.groups(filter, owner));
    let [gone, unsure] = [0, 0];
    let why: string | null = null;
    for (const groups of batches) {
      run.signal.throwIfAborted();
      const applied: Set<string> | string = why ?? (await appliedTo(groups.flat(), run));
      if (typeof applied === 'string') {
        why = applied;
        unsure += groups.flat().length;
        continue;
      }
      const ids = groups.filter((group) => !group.some((id) => applied.has(id))).flat();
      gone += run.flags.dryRun ? ids.length : await this.delete(ids, filter, owner);
    }
    return { gone, unsure, why };
  }

  private async untouched(owner: Owner): Promise<QueryFilter<Job>> {
    const watched = await this.watchList.list(owner);
    const boards = watched.map(({ source, board }) => ({
      'source.name': source,
      'source.references.board': board,
    }));
    return {
      status: JobStatus.new,
      notes: '',
      'source.name': { $ne: MANUAL_SOURCE },
      ...(boards.length > 0 ? { $nor: boards } : {}),
    };
  }

  private async groups(filter: QueryFilter<Job>, owner: Owner): Promise<string[][]> {
    const going = await this.linked(filter);
    const known = new Set(going.map(({ _id }) => _id));
    const named = going.flatMap(({ mates }) => mates.filter((mate) => !known.has(mate)));
    const merged = { 'opening.merged.0': { $exists: true } };
    const staying = [
      ...(await this.linked({ ...owner, ...merged })),
      ...(await this.linked({ ...owner, _id: { $in: named } })),
    ];
    return wholeGroups(
      going,
      staying.filter(({ _id }) => !known.has(_id)),
    );
  }

  private async linked(filter: QueryFilter<Job>): Promise<Linked[]> {
    const found = await this.jobs
      .find(filter, { 'opening.canonicalJobId': 1, 'opening.merged.jobId': 1 })
      .sort({ _id: 1 })
      .lean<Pick<Job, '_id' | 'opening'>[]>();
    return found.map(({ _id, opening }) => {
      const mates = opening ? [opening.canonicalJobId, ...opening.merged.map(({ jobId }) => jobId)] : [];
      return { _id, mates: mates.filter((id) => id !== _id) };
    });
  }

  private async delete(ids: readonly string[], filter: QueryFilter<Job>, owner: Owner): Promise<number> {
    if (ids.length === 0) return 0;
    const which = { _id: { $in: [...ids] } };
    const { deletedCount } = await this.jobs.deleteMany({ ...filter, ...which }).exec();
    if (deletedCount === ids.length) return deletedCount;
    const left = await this.jobs.distinct('_id', { ...owner, ...which }).exec();
    await this.openings.regroup(left.map(String), owner, { keep: true });
    return deletedCount;
  }
}

/** Puts groups together into questions, none of which parts a group. */
function inBatches(groups: readonly string[][]): string[][][] {
  const batches: string[][][] = [];
  let size = BATCH;
  for (const group of groups) {
    if (size + group.length > BATCH) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(group);
    size += group.length;
  }
  return batches;
}

/** Says to which jobs there are applications; or why that cannot be said. */
async function appliedTo(jobIds: readonly string[], run: OperationRun): Promise<Set<string> | string> {
  const applied = new Set<string>();
  const page = Object.assign(new ListApplicationsInput(), {
    jobIds: [...jobIds],
    includeTest: true,
    // By what never changes, so that none slips from one page to another.
    sort: 'preparedAt',
    limit: MOST_APPLICATIONS,
  });
  try {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { items, nextCursor } = await run.call(ListApplications, cursor ? { ...page, cursor } : page);
      for (const { jobId, identities } of items) for (const id of [jobId, ...identities]) applied.add(id);
      cursor = nextCursor ?? null;
    }
    return applied;
  } catch (error) {
    run.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}
