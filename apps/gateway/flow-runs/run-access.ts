import { maySee } from '#libs/contracts';
import type { Actor, RunHistory } from '#libs/run-log';

/** Whom a run's history lets in. */
export type Access = (history: RunHistory) => boolean;

/** Lets in those who may see the run. */
export const seenBy =
  (actor: Actor): Access =>
  ({ events }) => {
    const start = events.find(({ event }) => event.type === 'StartRequested')?.event;
    return start?.type === 'StartRequested' && maySee(actor, start.actor);
  };

/** Lets in those whom the run itself names as approvers, beside those who may see it anyway. */
export const answeredBy =
  (actor: Actor): Access =>
  (history) =>
    seenBy(actor)(history) ||
    history.events.some(
      ({ event }) => event.type === 'ApprovalRequested' && event.approvers?.includes(actor.userId),
    );
