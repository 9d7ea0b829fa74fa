import type { FactEvent } from '#libs/run-log';

/** The latest attempt of a task, as far as the log has told of it. */
export interface LatestAttempt {
  readonly attempt: number;
  /** A terminal event of it has come: an outcome, a person's word, or a cancellation that is not provisional. */
  readonly isOver: boolean;
  /** It was called off, provisionally. */
  readonly isGivenUp: boolean;
}

/** What an outcome is to a task: its end, a mere note on an attempt that was called off, or nothing. */
export type Heed = 'take' | 'note' | 'ignore';

/**
 * Says what an outcome is to the latest attempt of a task: the one reducer that the engine and all that show runs go
 * by. The first terminal event of an attempt in stream order wins.
 *
 * 1. A deferral is not terminal.
 * 2. Nor is a cancellation that is provisional, as it is where the run may yet have use for a success. Such a success
 *    counts on whichever side of the cancellation it lies: between what led to a decision and the decision itself the
 *    log may hold other facts, of which the decision knew nothing. Any other outcome then changes nothing more.
 */
export function heed(
  { attempt: latest, isOver, isGivenUp }: LatestAttempt,
  { attempt, outcome }: Pick<Extract<FactEvent, { type: 'TaskFinished' }>, 'attempt' | 'outcome'>,
): Heed {
  if (isOver || attempt !== latest) return 'ignore';
  if (!isGivenUp || outcome.status === 'success') return 'take';
  return outcome.status === 'deferred' ? 'ignore' : 'note';
}
