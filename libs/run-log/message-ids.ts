import type { CallEvent, FactEvent } from './events.js';
import { isId } from './ids.js';
import type { FlowRunId } from './ids.js';

/** Ids by which the broker drops quick repeats. They count over a whole stream, so each names its run. */
export const requestMessageId = (runId: FlowRunId, messageId: string): string => {
  if (!/^[\x21-\x7e]{1,200}$/.test(messageId))
    throw new TypeError(
      `message id ${JSON.stringify(messageId)}: expected 1 to 200 printable ASCII characters`,
    );
  return `${runId}.${messageId}`;
};

/** A deferred attempt runs again under the same number, so its deferrals are told apart by their time. */
export const outcomeMessageId = (
  runId: FlowRunId,
  { taskRunId, attempt, outcome }: Extract<FactEvent, { type: 'TaskFinished' }>,
): string =>
  outcome.status === 'deferred'
    ? `${runId}.${taskRunId}.${attempt}.deferred.${outcome.until}`
    : `${runId}.${taskRunId}.${attempt}`;

export const callMessageId = (event: CallEvent): string => `${event.taskRunId}.${event.type}`;

/** Reads a claim's nonce, by which its holder knows it again. */
export function claimNonce({ nonce }: Extract<FactEvent, { type: 'TaskClaimed' }>): string {
  if (!isId(nonce))
    throw new TypeError(`nonce ${JSON.stringify(nonce)}: expected 1 to 128 letters, digits, - or _`);
  return nonce;
}
