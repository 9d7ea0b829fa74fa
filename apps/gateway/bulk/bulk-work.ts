import type { FlowRunDto } from '#libs/contracts';
import type { Actor } from '#libs/run-log';
import type { BulkFilter } from './bulk.inputs.js';

export const BULK_ACTIONS = ['cancel', 'restart'] as const;
export type BulkActionName = (typeof BULK_ACTIONS)[number];

export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** A run that it could not be done to, and why. */
export interface BulkFailure extends Reason {
  readonly runId: string;
}

/** What became of one run: it was done, had come to be as wanted without it, or is left alone for a reason. */
export type Done = 'done' | 'skipped' | { readonly leftAlone: Reason };

/** How many runs are through. What was settled by somebody else meanwhile, or is left alone, is skipped. */
export interface Tally {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** The first hundred. */
  readonly failures: readonly BulkFailure[];
  /** Of those that were skipped, the ones that were left alone for a reason; the first hundred. */
  readonly leftAlone?: readonly BulkFailure[];
}

export const NOTHING_DONE: Tally = { done: 0, skipped: 0, failed: 0, failures: [], leftAlone: [] };
const MOST_TOLD = 100;

/** Something that is being done to many runs, as it is kept between two looks at it. Times are ISO 8601. */
export interface BulkWork extends Tally {
  readonly id: string;
  readonly action: BulkActionName;
  readonly filter: BulkFilter;
  readonly reason: string | null;
  readonly by: Actor;
  /** Who is asked to stop first brings to an end what is in hand; `stopped` tells that nothing more will be done. */
  readonly status: 'running' | 'stopping' | 'stopped' | 'done' | 'failed';
  /** How many runs there were to do it to when it began. */
  readonly total: number;
  /** Why it ended before its end. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly finishedAt: string | null;
}

/** The same in a list, which names no single run. */
export type BulkSummary = Omit<BulkWork, 'failures' | 'leftAlone'>;

/** What whoever takes the work up must know beside it. */
export interface KeptWork extends BulkWork {
  /** Where the page begins that was in hand, and what stood before it: a page that was broken off is done again. */
  readonly cursor: string | null;
  readonly settled: Tally;
  /** Who works on it, and until when that counts without a word from there; null while nobody does. */
  readonly holder: { readonly id: string; readonly until: string } | null;
}

export const isOver = ({ status }: Pick<BulkWork, 'status'>): boolean =>
  status !== 'running' && status !== 'stopping';

/** Tells whether something can be done to a run at all, as far as its record tells. */
export function fits(action: BulkActionName, { status }: Pick<FlowRunDto, 'status'>): boolean {
  const ended = status === 'completed' || status === 'failed' || status === 'cancelled';
  return action === 'cancel' ? !ended : ended;
}

export function withFailure({ failed, failures }: Tally, failure: BulkFailure): Partial<Tally> {
  const told = failures.length < MOST_TOLD ? [...failures, failure] : failures;
  return { failed: failed + 1, failures: told };
}

export function withDone({ done, skipped, leftAlone = [] }: Tally, runId: string, how: Done): Partial<Tally> {
  if (how === 'done') return { done: done + 1 };
  if (how === 'skipped') return { skipped: skipped + 1 };
  const told = leftAlone.length < MOST_TOLD ? [...leftAlone, { runId, ...how.leftAlone }] : leftAlone;
  return { skipped: skipped + 1, leftAlone: told };
}

/** Tells why a run is not restarted: each of a chain would begin the same work anew. */
export function continuedBy(next: string): Reason {
  const message = `it goes on as run ${next}: restart the last of them`;
  return { code: 'gateway/run-continued', message };
}

/** Leaves out what only those who work on it need, and what became of single runs. */
export function brief(work: KeptWork): BulkSummary {
  const { failures: _failures, leftAlone: _leftAlone, ...summary } = shown(work);
  return summary;
}

/** Leaves out what only those who work on it need, as what the asker may do. */
export function shown({
  cursor: _cursor,
  settled: _settled,
  holder: _holder,
  by,
  ...work
}: KeptWork): BulkWork {
  return { ...work, by: { userId: by.userId, channel: by.channel } };
}
