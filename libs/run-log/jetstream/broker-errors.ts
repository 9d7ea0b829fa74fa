import { LogFullError } from '../errors.js';

/** What the broker answered in place of an acknowledgement. */
export interface BrokerRefusal {
  readonly code: number;
  readonly err_code: number;
  readonly description: string;
}

/** Codes of the broker's JetStream API. Source: nats-server, server/errors.json. */
const FULL = new Set([
  10023, // insufficient resources
  10028, // insufficient memory resources
  10047, // insufficient storage resources
]);
const WRONG_LAST_SEQUENCE = new Set([
  10071, // wrong last sequence
  10164, // the same, while writes are in flight in a replicated stream
]);
/** It passes: a leader is being elected, a server is starting, or a batch was cut off. */
const PASSING = new Set([
  10008, // system temporarily unavailable
  10009, // cluster can not handle request
  10039, // not enabled for account, as a starting server says
  10076, // not enabled, likewise
  10118, // stream is offline
  10167, // too many requests
  10176, // atomic publish batch is incomplete: its head went to another leader or was forgotten
  10210, // atomic publish too many inflight
]);

export const isWrongLastSequence = (refusal: BrokerRefusal): boolean =>
  WRONG_LAST_SEQUENCE.has(refusal.err_code);
export const isPassing = (refusal: BrokerRefusal): boolean => PASSING.has(refusal.err_code);

/** An answer that has no name of its own here. */
export class BrokerRefusedError extends Error {
  constructor(readonly refusal: BrokerRefusal) {
    super(`the broker refuses: ${refusal.description} (${refusal.err_code})`);
    this.name = 'BrokerRefusedError';
  }
}

/** Names what the broker refused, where a caller can tell it apart. */
export function refused(refusal: BrokerRefusal): Error {
  const cause = new BrokerRefusedError(refusal);
  return FULL.has(refusal.err_code) ? new LogFullError({ cause }) : cause;
}
