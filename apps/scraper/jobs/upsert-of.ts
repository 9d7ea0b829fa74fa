import { JobStatus } from '#libs/contracts';
import type { Posting } from '../sources/posting.js';
import { cleanDescription } from './description.js';
import { jobIdOf } from './job-id.js';

export interface Keeper {
  readonly userId: string;
  readonly testMode: boolean;
  readonly source: string;
  readonly seenAt: Date;
  readonly taskRunId: string;
}

export interface JobUpsert {
  readonly filter: { readonly _id: string };
  readonly update: {
    readonly $set: Readonly<Record<string, unknown>>;
    readonly $setOnInsert: Readonly<Record<string, unknown>>;
  };
}

/**
 * Makes the write that adds a posting to a person's jobs or refreshes it.
 *
 * 1. The person's notes and status are written on insert only.
 * 2. What the board does not say this time does not erase what it said before.
 * 3. A snippet never takes the place of a full description.
 */
export function upsertOf(
  posting: Posting,
  { userId, testMode, source, seenAt, taskRunId }: Keeper,
): JobUpsert {
  const { postingId, references, descriptionHtml, detail, ...fields } = posting;
  const { text, html } = cleanDescription(descriptionHtml);
  const description = { description: text, descriptionHtml: html, detail };
  const said = Object.entries(fields).filter(([, value]) => isSaid(value));
  const unsaid = Object.entries(fields).filter(([, value]) => !isSaid(value));
  const full = detail === 'full';
  return {
    filter: { _id: jobIdOf({ userId, testMode, source, postingId }) },
    update: {
      $set: {
        ...Object.fromEntries(said),
        ...(full ? description : {}),
        source: { name: source, postingId, references },
        lastSeenAt: seenAt,
      },
      $setOnInsert: {
        ...Object.fromEntries(unsaid),
        ...(full ? {} : description),
        userId,
        testMode,
        firstSeenAt: seenAt,
        status: JobStatus.new,
        notes: '',
        foundBy: taskRunId,
      },
    },
  };
}

const isSaid = (value: unknown): boolean => value !== null && !(Array.isArray(value) && value.length === 0);
