import type { DecisionEvent, Delivery, StoredInRun, Trigger } from '#libs/run-log';
import type { ReadHistory } from './history.js';

/** Makes the decisions that end a run which does not go on by itself; its code is not asked. */
export function cancelStopped({ open, openChildren }: ReadHistory, event: Trigger): readonly DecisionEvent[] {
  const reason = event.type === 'CancelRequested' ? event.reason : undefined;
  const decisions: DecisionEvent[] = [{ type: 'FlowCancelled', ...(reason ? { reason } : {}) }];
  const why = 'the run was cancelled';
  const children = openChildren.filter(({ detached }) => !detached);
  if (children.length > 0) {
    const childRunIds = children.map(({ childRunId }) => childRunId);
    decisions.unshift({ type: 'ChildrenCancelled', childRunIds, reason: why });
  }
  if (open.length > 0) {
    decisions.unshift({ type: 'TasksCancelled', taskRunIds: open, reason: why });
  }
  return decisions;
}

/**
 * Whether a cancel is no new word: the same one as before, or a parent's to a run that has been told to stop. A run
 * that stands still would end at once by it, whatever it has to undo.
 */
export function saidAgain(
  { event, position }: Delivery<Trigger>,
  { triggers, decisions }: ReadHistory,
): boolean {
  if (event.type !== 'CancelRequested') return false;
  const { id, by } = event;
  const isBefore = ({ event: other, position: { seq } }: StoredInRun<Trigger>): boolean =>
    seq < position.seq && other.type === 'CancelRequested' && (by !== undefined || other.id === id);
  if (id === undefined && by === undefined) return false;
  return (
    triggers.some(isBefore) || (by !== undefined && decisions.some(({ type }) => type === 'FlowCancelling'))
  );
}
