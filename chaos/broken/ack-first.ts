import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery, RunLog } from '#libs/run-log';
import { overriding } from '../disturbances/overriding.js';

/** The append takes so long here, for the moment between the two to be met by a kill. */
const APPEND_MS = 250;

const nothingLeft = { ack: () => undefined, working: () => undefined, retry: () => undefined };

function acked<E>(delivery: Delivery<E>): Delivery<E> {
  delivery.ack();
  return overriding(delivery, nothingLeft);
}

/** A log whose messages are acknowledged when they are taken, before anything that follows from them is stored. */
export function ackFirst<T extends RunLog>(log: T): T {
  return overriding<RunLog>(log, {
    orchestrate: (partition, handler) => log.orchestrate(partition, (delivery) => handler(acked(delivery))),
    serve: (reader, handler) => log.serve(reader, (delivery) => handler(acked(delivery))),
    decide: async (runId, expected, decisions, trace) => {
      await delay(APPEND_MS);
      return log.decide(runId, expected, decisions, trace);
    },
  }) as T;
}
