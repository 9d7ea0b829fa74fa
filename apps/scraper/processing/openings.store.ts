import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { RetryableError } from '#libs/operations';
import { Job } from '../jobs/job.schema.js';
import type { StoredOpening, StoredReading } from '../jobs/processing.schema.js';
import { groupOpenings, textsWanted } from './group-openings.js';
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
  | 'opening'
> {
  readonly processing: Pick<StoredReading, 'places' | 'agency' | 'employmentTypes' | 'keys' | 'version'>;
  /** Fetched only where it comes to be compared. */
  readonly description?: string;
}

/** Others changed what was compared, however often it was begun anew. */
export class ComparedMeanwhileError extends RetryableError {
  constructor(readonly tries: number) {
    super('jobs/compared-meanwhile', `others changed the same openings during each of ${tries} comparisons`);
  }
}

const FIELDS = [
  ...['title', 'company', 'url', 'applyUrl', 'remote', 'detail', 'postedAt', 'firstSeenAt', 'lastSeenAt'],
  ...['source', 'opening'],
  ...['places', 'agency', 'employmentTypes', 'keys', 'version'].map((field) => `processing.${field}`),
];
const PROJECTION = Object.fromEntries(FIELDS.map((field) => [field, 1]));
/** A chain of postings that meet each other is followed so far. */
const MOST_STEPS = 10;
const MOST_POSTINGS = 5_000;
/** Another process that compares the same jobs at the same time makes it begin again. */
const MOST_TRIES = 25;

/**
 * Keeps which postings are one opening.
 *
 * 1. A posting is compared with all that share a key with it, and so are those that it is merged with, now or before.
 * 2. What has changed is written only if nobody else has changed it since it was read; else it is compared anew.
 * 3. A posting's keys are stored before it is compared. So of two that are compared at once, in whichever processes, one
 *    at least meets the other, and by rule 2 what it finds is not overwritten by what the other has not seen.
 */
@Injectable()
export class OpeningsStore {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /**
   * Compares postings with all others of their owner and keeps the result; answers with what each is now. Where
   * `keep` is false nothing is written. `fresh` are postings as they have just been read; the version of their reading
   * is kept with what is found, which says that they are compared. Throws ComparedMeanwhileError.
   */
  async regroup(
    jobIds: readonly string[],
    owner: Owner,
    { keep, fresh = new Map<string, Posting>() }: { keep: boolean; fresh?: ReadonlyMap<string, Posting> },
  ): Promise<ReadonlyMap<string, Grouped>> {
    let postings = new Map(fresh);
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const groups = await this.compare(jobIds, owner, fresh, postings);
      if (!keep || (await this.write(groups, fresh)))
        return new Map([...groups].map(([jobId, { group }]) => [jobId, group]));
      postings = new Map();
    }
    throw new ComparedMeanwhileError(MOST_TRIES);
  }

  private async compare(
    jobIds: readonly string[],
    owner: Owner,
    fresh: ReadonlyMap<string, Posting>,
    postings: Map<string, Posting>,
  ): Promise<Map<string, Compared>> {
    const nodes = new Map<string, OpeningNode>();
    const texts = new Map<string, string>();
    for (const [id, { description }] of fresh) if (description !== undefined) texts.set(id, description);
    const asked = new Set<string>();
    let touched = new Set(jobIds);
    for (let step = 1; ; step += 1) {
      const unknown = [...touched].filter((id) => !postings.has(id));
      if (unknown.length > 0) await this.load({ _id: { $in: unknown } }, owner, fresh, postings);
      const keys = [...touched].flatMap((id) => postings.get(id)?.processing.keys ?? []);
      const unasked = [...new Set(keys)].filter((key) => !asked.has(key));
      for (const key of unasked) asked.add(key);
      if (unasked.length > 0) await this.loadMeeting(unasked, owner, fresh, postings);
      for (const [id, posting] of postings) if (!nodes.has(id)) nodes.set(id, nodeOf(posting, texts));
      const known = [...nodes.values()];
      await this.loadTexts(
        [...textsWanted(known, touched)].filter((id) => !texts.has(id)),
        owner,
        texts,
      );
      const groups = groupOpenings(known, touched);
      const mates = [...touched].flatMap((id) => [
        ...(groups.get(id)?.merged ?? []),
        ...(postings.get(id)?.opening?.merged ?? []),
      ]);
      const before = touched.size;
      touched = new Set([...touched, ...mates.map(({ jobId }) => jobId)]);
      if (touched.size === before || step >= MOST_STEPS) return comparedOf(touched, postings, groups);
    }
  }

  /** Loads what shares one of the keys; in halves where that is more than one question gives. */
  private async loadMeeting(
    keys: readonly string[],
    owner: Owner,
    fresh: ReadonlyMap<string, Posting>,
    into: Map<string, Posting>,
  ): Promise<void> {
    const found = await this.load({ 'processing.keys': { $in: [...keys] } }, owner, fresh, into);
    if (found < MOST_POSTINGS || keys.length === 1) return;
    const half = Math.ceil(keys.length / 2);
    for (const part of [keys.slice(0, half), keys.slice(half)])
      await this.loadMeeting(part, owner, fresh, into);
  }

  /** Gives how many there were, MOST_POSTINGS at most. */
  private async load(
    which: Readonly<Record<string, object>>,
    { userId, testMode }: Owner,
    fresh: ReadonlyMap<string, Posting>,
    into: Map<string, Posting>,
  ): Promise<number> {
    const found = await this.jobs
      .find({ userId, testMode, ...which }, PROJECTION)
      .limit(MOST_POSTINGS)
      .lean<Job[]>();
    for (const job of found) {
      const processing = fresh.get(job._id)?.processing ?? job.processing;
      if (processing && !into.has(job._id)) into.set(job._id, { ...job, processing });
    }
    return found.length;
  }

  private async loadTexts(jobIds: string[], owner: Owner, into: Map<string, string>): Promise<void> {
    if (jobIds.length === 0) return;
    const found = await this.jobs
      .find({ _id: { $in: jobIds }, ...owner }, { description: 1 })
      .lean<Pick<Job, '_id' | 'description'>[]>();
    for (const { _id, description } of found) into.set(_id, description);
  }

  /** Writes what has changed; false where somebody else has changed something of it meanwhile. */
  private async write(
    compared: ReadonlyMap<string, Compared>,
    fresh: ReadonlyMap<string, Posting>,
  ): Promise<boolean> {
    const writes = [...compared].flatMap(([_id, { opening, group }]) => {
      const version = fresh.get(_id)?.processing.version;
      const next = isSame(opening, group) ? null : openingOf(group, opening);
      const set = {
        ...(next ? { opening: next } : {}),
        ...(version === undefined ? {} : { 'processing.version': version }),
      };
      if (Object.keys(set).length === 0) return [];
      const unchanged = opening ? { 'opening.rev': opening.rev } : { opening: null };
      return [{ updateOne: { filter: { _id, ...unchanged }, update: { $set: set } } }];
    });
    if (writes.length === 0) return true;
    // Straight to the driver: casting takes longer than writing.
    const { collection, db } = this.jobs;
    const { matchedCount } = await db
      .collection<Pick<Job, '_id' | 'opening' | 'processing'>>(collection.name)
      .bulkWrite(writes, { ordered: false });
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

const openingOf = (group: Grouped, before: StoredOpening | null): StoredOpening => ({
  ...group,
  separated: before?.separated ?? [],
  rev: (before?.rev ?? 0) + 1,
});

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
function nodeOf(posting: Posting, texts: ReadonlyMap<string, string>): OpeningNode {
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
      return (shingles ??= shinglesOf(texts.get(posting._id) ?? ''));
    },
    separated: posting.opening?.separated ?? [],
  };
}
