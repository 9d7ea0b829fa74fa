import type { Queue, StreamSize } from '#libs/run-log';
import { gauge } from '#libs/telemetry';
import type { Tell } from '#libs/telemetry';
import { PROJECTION } from '../projection/names.js';

const depth = gauge('queue.depth', {
  unit: '{task}',
  description: 'Tasks of an operation and lane that are not done, by state (waiting, in_hand)',
});
const age = gauge('queue.age', {
  unit: 's',
  description: 'Age of the oldest task of an operation and lane that is not done; 0 where there is none',
});
const triggers = gauge('orchestrator.triggers', {
  unit: '{trigger}',
  description: 'Requests and outcomes that no orchestrator has settled, over all partitions, by state',
});
const triggerAge = gauge('orchestrator.triggers.age', {
  unit: 's',
  description: 'Age of the oldest request or outcome that no orchestrator has settled',
});
const lag = gauge('projection.lag', {
  unit: '{message}',
  description: 'Messages of a stream that are not in the database',
});
const lagAge = gauge('projection.lag.age', {
  unit: 's',
  description: 'Age of the oldest message of a stream that is not in the database; 0 where all are',
});
const bytes = gauge('log.size', { unit: 'By', description: 'Size of a stream, a bucket or an object store' });
const messages = gauge('log.messages', { unit: '{message}', description: 'Messages in a stream' });

const STREAM_OF = new Map(Object.entries(PROJECTION).map(([stream, name]) => [name as string, stream]));

/** Tells of what waits in the log: tasks for services, triggers for orchestrators, messages for the database. */
export function tellQueues(tell: Tell, queues: readonly Queue[], now: number): void {
  let oldest: number | undefined;
  for (const { reader, waiting, inHand, oldestAt } of queues) {
    const seconds = ageOf(oldestAt, now);
    switch (reader.kind) {
      case 'service': {
        const { service, operation, lane } = reader;
        tell(depth, waiting, { service, operation, lane, state: 'waiting' });
        tell(depth, inHand, { service, operation, lane, state: 'in_hand' });
        tell(age, seconds, { service, operation, lane });
        break;
      }
      case 'partition':
        tell(triggers, waiting, { state: 'waiting' });
        tell(triggers, inHand, { state: 'in_hand' });
        oldest = Math.max(oldest ?? 0, seconds);
        break;
      case 'projector': {
        const stream = STREAM_OF.get(reader.name);
        if (stream === undefined) break;
        tell(lag, waiting + inHand, { stream });
        tell(lagAge, seconds, { stream });
      }
    }
  }
  if (oldest !== undefined) tell(triggerAge, oldest);
}

/** Tells what each part of the log weighs. */
export function tellSizes(tell: Tell, streams: readonly StreamSize[]): void {
  for (const { name: stream, bytes: size, messages: count } of streams) {
    tell(bytes, size, { stream });
    tell(messages, count, { stream });
  }
}

const ageOf = (oldestAt: number | undefined, now: number): number =>
  oldestAt === undefined ? 0 : Math.max(0, now - oldestAt) / 1_000;
