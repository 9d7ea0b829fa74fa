import { headers } from '@nats-io/transport-node';
import { EVENT_VERSION, millis, partitionOf, streamSeq } from '#libs/run-log';
import type { ConnectedRunLog } from '#libs/operations';
import { overriding } from '../disturbances/overriding.js';

/**
 * A log for services in which nothing stops a repeat: claims are granted to everybody, a look at the history finds
 * nothing, outcomes carry no id, and work that was done comes a second time.
 */
export function withoutDedupe(log: ConnectedRunLog): ConnectedRunLog {
  return overriding<ConnectedRunLog>(log, {
    claim: async () => streamSeq(1),
    readRun: async (runId) => ({ runId, events: [], lastDecision: streamSeq(0), last: streamSeq(0) }),
    serve: (reader, handler) =>
      log.serve(reader, (delivery) =>
        handler(
          delivery.deliveries > 1
            ? delivery
            : overriding(delivery, { ack: () => delivery.retry(millis(1_500)) }),
        ),
      ),
    outcome: async (runId, fact) => {
      const meta = headers();
      meta.set('Event-Type', fact.type);
      meta.set('Event-Version', String(EVENT_VERSION));
      const subject = `run.${partitionOf(runId)}.${runId}.in.outcome`;
      const answer = await log.connection.request(subject, JSON.stringify(fact), {
        headers: meta,
        timeout: 5_000,
      });
      return streamSeq(answer.json<{ seq: number }>().seq);
    },
  });
}
