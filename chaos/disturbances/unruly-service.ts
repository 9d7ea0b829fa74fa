import { headers } from '@nats-io/transport-node';
import type { Delivery, FlowRunId, RunLog, TaskScheduled } from '#libs/run-log';
import { EVENT_VERSION, millis, partitionOf } from '#libs/run-log';
import type { ConnectedRunLog } from '#libs/operations';
import type { Random } from '../plan/seeded.js';
import { overriding } from './overriding.js';

const TWICE = 0.05;
const HANDED_AWAY = 0.01;
const SAID_TWICE = 0.05;
/** Later than an outcome needs to be stored, so that a second execution can only be one of a finished task. */
const AGAIN_MS = { least: 1_200, most: 1_800 };

/**
 * A log whose work comes twice now and then, before or after it was done, and in which outcomes are stored twice, the
 * second time without the id by which the broker would know them.
 */
export function unrulyService(log: ConnectedRunLog, random: Random): ConnectedRunLog {
  const again = () => millis(random.int(AGAIN_MS.least, AGAIN_MS.most));
  const disturbed =
    (handler: (delivery: Delivery<TaskScheduled>) => Promise<void>) =>
    async (delivery: Delivery<TaskScheduled>): Promise<void> => {
      const fate = random.next();
      if (delivery.deliveries > 1 || fate >= TWICE + HANDED_AWAY) return handler(delivery);
      if (fate < TWICE) return handler(overriding(delivery, { ack: () => delivery.retry(again()) }));
      // Another process gets it while this one still works on it.
      delivery.retry(millis(random.int(0, 50)));
      return handler(delivery);
    };
  const repeat = (runId: FlowRunId, fact: Parameters<RunLog['outcome']>[1]): void => {
    const meta = headers();
    meta.set('Event-Type', fact.type);
    meta.set('Event-Version', String(EVENT_VERSION));
    log.connection.publish(`run.${partitionOf(runId)}.${runId}.in.outcome`, JSON.stringify(fact), {
      headers: meta,
    });
  };
  return overriding<ConnectedRunLog>(log, {
    serve: (reader, handler) => log.serve(reader, disturbed(handler)),
    outcome: async (runId, fact, trace) => {
      const seq = await log.outcome(runId, fact, trace);
      // A large one lies in the object store, and its message holds but a reference.
      if (random.chance(SAID_TWICE) && JSON.stringify(fact).length < 100_000) repeat(runId, fact);
      return seq;
    },
  });
}
