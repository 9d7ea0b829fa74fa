import { partitionDurable } from '../durables.js';
import { refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';

interface ConsumerAnswer {
  readonly ack_floor: { readonly stream_seq: number };
  readonly num_pending: number;
  readonly num_ack_pending: number;
  readonly error?: BrokerRefusal;
}

const NOT_FOUND = 10014;

/**
 * Tells whether all triggers of a partition are acknowledged up to a sequence: then what the decisions behind them ask
 * of the world is done. Where no orchestrator has a durable yet, nothing is.
 */
export async function isSettled(publisher: Publisher, partition: number, upTo: number): Promise<boolean> {
  const name = partitionDurable(partition);
  const answer = await publisher.ask<ConsumerAnswer>(
    `$JS.API.CONSUMER.INFO.RUN.${name}`,
    {},
    `asking about ${name}`,
  );
  if (answer.error?.err_code === NOT_FOUND) return false;
  if (answer.error) throw refused(answer.error);
  if (answer.ack_floor.stream_seq >= upTo) return true;
  return answer.num_pending === 0 && answer.num_ack_pending === 0;
}
