import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Job } from '../jobs/job.schema.js';
import type { StoredOpening, StoredReading } from '../jobs/processing.schema.js';
import { groupOpenings } from './group-openings.js';
import type { Grouped } from './group-openings.js';
import type { OpeningNode } from './opening-node.js';
import { comparedBy } from './process-posting.js';
import { shinglesOf } from './text-likeness.js';

/** Whose jobs are compared with each other: jobs of test mode never meet others. */
export interface Owner {
  readonly userId: string;
  readonly testMode: boolean;
}

/** A posting that has been read, as it is compared. */
export interface Posting extends Pick<
  Job,
  | '_id'
  | 'title'
  | 'company'
  | 'url'
  | 'applyUrl'
  | 'remote'
  | 'detail'
  | 'postedAt'
  | 'firstSeenAt'
  | 'lastSeenAt'
  | 'source'
  | 'description'
  | 'opening'
> {
  readonly processing: StoredReading;
}

const FIELDS = [
  ...['title', 'company', 'url', 'applyUrl', 'remote', 'detail', 'postedAt', 'firstSeenAt', 'lastSeenAt'],
  ...['source', 'description', 'opening', 'processing'],
];
/** A chain of postings that meet each other is followed so far. */
const MOST_STEPS = 10;
const MOST_POSTINGS = 5_000;
/** Another process that compares the same jobs at the same time makes it begin again. */
const MOST_TRIES = 10;

/**
 * Keeps which postings are one opening.
 *
 * 1. A posting is compared with all that share a key with it, and so are those that it is merged with, now or before.
 * 2. What has changed is written only if nobody else has changed it since it was read; else it is compared anew.
 */
@Injectable()
export class OpeningsStore {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /**
   * Compares postings with all others of their owner and keeps the result; answers with what each is now. Where
   * `keep` is false nothing is written. `fresh` are readings that are not stored.
   */
  async regroup(
    jobIds: readonly string[],
    owner: Owner,
    { keep, fresh = new Map<string, Posting>() }: { keep: boolean; fresh?: ReadonlyMap<string, Posting> },
  ): Promise<ReadonlyMap<string, Grouped>> {
    for (let tries = 1; ; tries += 1) {
      const groups = await this.compare(jobIds, owner, fresh);
      if (!keep || (await this.write(groups)) || tries >= MOST_TRIES)
        return new Map([...groups].map(([jobId, { group }]) => [jobId, group]));
    }
  }

  private async compare(
    jobIds: readonly string[],
    owner: Owner,
    fresh: ReadonlyMap<string, Posting>,
  ): Promise<Map<string, Compared>> {
    const postings = new Map<string, Posting>();
    const nodes = new Map<string, OpeningNode>();
    const asked = new Set<string>();
    let touched = new Set(jobIds);
    for (let step = 1; ; step += 1) {
      await this.load(
        [...touched].filter((id) => !postings.has(id)),
        [],
        owner,
        fresh,
        postings,
      );
      const keys = [...touched].flatMap((id) => postings.get(id)?.processing.keys ?? []);
      const unasked = [...new Set(keys)].filter((key) => !asked.has(key));
      for (const key of unasked) asked.add(key);
      await this.load([], unasked, owner, fresh, postings);
      for (const [id, posting] of postings) if (!nodes.has(id)) nodes.set(id, nodeOf(posting));
      const groups = groupOpenings([...nodes.values()], touched);
      const mates = [...touched].flatMap((id) => [
        ...(groups.get(id)?.merged ?? []),
        ...(postings.get(id)?.opening?.merged ?? []),
      ]);
      const before = touched.size;
      touched = new Set([...touched, ...mates.map(({ jobId }) => jobId)]);
      if (touched.size === before || step >= MOST_STEPS) return comparedOf(touched, postings, groups);
    }
  }

  private async load(
    jobIds: readonly string[],
    keys: readonly string[],
    { userId, testMode }: Owner,
    fresh: ReadonlyMap<string, Posting>,
    into: Map<string, Posting>,
  ): Promise<void> {
    if (jobIds.length + keys.length === 0) return;
    const which = keys.length > 0 ? { 'processing.keys': { $in: keys } } : { _id: { $in: jobIds } };
    const found = await this.jobs
      .find({ userId, testMode, ...which }, Object.fromEntries(FIELDS.map((field) => [field, 1])))
      .limit(MOST_POSTINGS)
      .lean<Job[]>();
    for (const job of found) {
      const processing = fresh.get(job._id)?.processing ?? job.processing;
      if (processing && !into.has(job._id)) into.set(job._id, { ...job, processing });
    }
  }

  /** Writes what has changed; false where somebody else has changed something of it meanwhile. */
  private async write(compared: ReadonlyMap<string, Compared>): Promise<boolean> {
    const writes = [...compared].flatMap(([_id, { opening, group }]) => {
      if (isSame(opening, group)) return [];
      const next: StoredOpening = {
        ...group,
        separated: opening?.separated ?? [],
        rev: (opening?.rev ?? 0) + 1,
      };
      const unchanged = opening ? { 'opening.rev': opening.rev } : { opening: null };
      return [{ updateOne: { filter: { _id, ...unchanged }, update: { $set: { opening: next } } } }];
    });
    if (writes.length === 0) return true;
    const { matchedCount } = await this.jobs.bulkWrite(writes, { ordered: false });
    return matchedCount === writes.length;
  }

  /** Says that postings are other openings than this one, on both sides. */
  async separate(jobId: string, others: readonly string[], { userId, testMode }: Owner): Promise<void> {
    const pairs = [
      { own: jobId, theirs: others },
      ...others.map((other) => ({ own: other, theirs: [jobId] })),
    ];
    await this.jobs.bulkWrite(
      pairs.map(({ own, theirs }) => ({
        updateOne: {
          filter: { _id: own, userId, testMode, opening: { $ne: null } },
          update: { $addToSet: { 'opening.separated': { $each: [...theirs] } }, $inc: { 'opening.rev': 1 } },
        },
      })),
      { ordered: false },
    );
    await this.regroup([jobId, ...others], { userId, testMode }, { keep: true });
  }
}

interface Compared {
  readonly opening: StoredOpening | null;
  readonly group: Grouped;
}

function comparedOf(
  touched: ReadonlySet<string>,
  postings: ReadonlyMap<string, Posting>,
  groups: ReadonlyMap<string, Grouped>,
): Map<string, Compared> {
  const compared = new Map<string, Compared>();
  for (const jobId of touched) {
    const [posting, group] = [postings.get(jobId), groups.get(jobId)];
    if (posting && group) compared.set(jobId, { opening: posting.opening ?? null, group });
  }
  return compared;
}

function isSame(opening: StoredOpening | null | undefined, group: Grouped): boolean {
  if (!opening) return false;
  const { canonicalJobId, repostOf, merged } = opening;
  const plain = merged.map(({ jobId, why }) => ({ jobId, why }));
  return (
    JSON.stringify([canonicalJobId, repostOf, plain]) ===
    JSON.stringify([group.canonicalJobId, group.repostOf, group.merged])
  );
}

/** Its text is taken apart only if it comes to be compared. */
function nodeOf(posting: Posting): OpeningNode {
  let shingles: ReadonlySet<string> | undefined;
  return {
    ...comparedBy(posting, posting.processing.places),
    jobId: posting._id,
    source: posting.source.name,
    agency: posting.processing.agency,
    detail: posting.detail,
    employmentTypes: posting.processing.employmentTypes,
    remote: posting.remote,
    postedAt: (posting.postedAt ?? posting.firstSeenAt).getTime(),
    firstSeenAt: posting.firstSeenAt.getTime(),
    lastSeenAt: posting.lastSeenAt.getTime(),
    get shingles() {
      return (shingles ??= shinglesOf(posting.description));
    },
    separated: posting.opening?.separated ?? [],
  };
}
