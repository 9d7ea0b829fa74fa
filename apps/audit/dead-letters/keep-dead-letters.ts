import type { mongo } from 'mongoose';
import type { CallEvent, Stored } from '#libs/run-log';
import { storedError, toText, traceIdOf, who } from '#libs/run-records';
import type { DeadLetterRecord } from '../records/dead-letter.record.js';

type DeadLettered = Extract<CallEvent, { type: 'DeadLettered' }>;

/** Keeps dead letters, each once: what people have done with one that is there already stays. */
export async function keepDeadLetters(
  deadLetters: mongo.Collection<DeadLetterRecord>,
  stored: readonly Stored<DeadLettered>[],
): Promise<void> {
  if (stored.length === 0) return;
  await deadLetters.bulkWrite(
    stored.map((each) => {
      const { _id, ...record } = recordOf(each);
      return { updateOne: { filter: { _id }, update: { $setOnInsert: record }, upsert: true } };
    }),
    { ordered: false },
  );
}

function recordOf({ event, time, trace }: Stored<DeadLettered>): DeadLetterRecord {
  return {
    _id: `${event.taskRunId}.${event.attempt}`,
    taskRunId: event.taskRunId,
    attempt: event.attempt,
    operationName: event.operation,
    service: event.service,
    flowRunId: event.runId ?? null,
    actor: who(event.actor),
    flags: event.flags,
    input: toText(event.input),
    deliveries: event.deliveries,
    error: storedError(event.error),
    idempotencyKey: event.idempotencyKey,
    tags: [...event.tags],
    traceId: traceIdOf(trace),
    status: 'open',
    settledBy: null,
    settledAt: null,
    reason: null,
    retryTaskRunId: null,
    createdAt: new Date(time),
  };
}
