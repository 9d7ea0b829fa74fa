import { JetStreamApiError } from '@nats-io/jetstream';
import { LogFullError, isPassingRefusal, isWrongLastSequence, refusedBy } from '#libs/run-log';
import type { BrokerRefusal } from '#libs/run-log';

/** Reads the broker's refusal out of what its client threw. */
function refusalIn(error: unknown): BrokerRefusal | undefined {
  return error instanceof JetStreamApiError ? error.apiError() : undefined;
}

export const isRefused = (error: unknown, ...codes: number[]): boolean => {
  const refusal = refusalIn(error);
  return refusal !== undefined && codes.includes(refusal.err_code);
};

/** The write came too late: the key is at another revision. */
export const isConflict = (error: unknown): boolean => {
  const refusal = refusalIn(error);
  return refusal !== undefined && isWrongLastSequence(refusal);
};

const STREAM_NOT_FOUND = 10059;
/** What the client calls it when nobody answers; a stream that is missing answers a publish like that too. */
const NO_ANSWER = new Set(['TimeoutError', 'JetStreamNotEnabled', 'RequestError']);

/** No answer, or one that another try may change, since each loss makes the stream anew where it is missing. */
export const isPassing = (error: unknown): boolean => {
  const refusal = refusalIn(error);
  if (refusal) return isPassingRefusal(refusal) || refusal.err_code === STREAM_NOT_FOUND;
  return NO_ANSWER.has((error as { readonly name?: string }).name ?? '');
};

/** There is no room for another message. */
export const isFull = (error: unknown): error is JetStreamApiError => {
  const refusal = refusalIn(error);
  return refusal !== undefined && refusedBy(refusal) instanceof LogFullError;
};
