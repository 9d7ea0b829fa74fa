import { ApplicationStatus } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import type { Application } from './application.schema.js';
import { ApplicationsStore } from './applications.store.js';
import { AlreadyAppliedError } from './errors.js';
import { standingOf } from './transitions.js';

/**
 * Makes sure that nothing went out to an opening by another application. Throws AlreadyAppliedError.
 */
export function assertNoneWentOut(others: readonly Application[]): void {
  const out = others.find(({ wentOut }) => wentOut !== 'no');
  if (out) throw new AlreadyAppliedError(out._id, standingOf(out, new Date()), out.sentAt);
}

/** Takes applications that were prepared for other postings of an opening out of the way of one that stands for all. */
export async function supersede(
  store: ApplicationsStore,
  others: readonly Application[],
  by: string,
  run: OperationRun,
): Promise<void> {
  for (const other of others)
    await store.move(other, {
      to: ApplicationStatus.withdrawn,
      by: run.actor.userId,
      note: `${by} stands for the same opening`,
      taskRunId: run.taskRunId,
      at: new Date(),
      // None of its own any more, and not none at all: the index takes that for an identity too.
      set: { identities: [other._id] },
    });
}
