import { jetstream } from '@nats-io/jetstream';
import type { JsMsg } from '@nats-io/jetstream';
import { nuid } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BareTask } from './bare-service.js';
import { BARE, bareSubjects, OUTCOMES } from './bare-streams.js';

interface BareOutcome {
  readonly taskId: string;
  readonly text: string;
}

interface Trigger {
  readonly text: string;
  ack(): void;
}

/**
 * Follows the outcomes and returns a function that runs one bare run: a fenced decision for each step, then the wait
 * for its outcome, whose message is acked once the next decision is stored. No start, no end, no history, no flow.
 */
export async function startBareRuns(
  connection: NatsConnection,
  steps: number,
): Promise<(text: string) => Promise<void>> {
  const client = jetstream(connection);
  const waiting = new Map<string, (trigger: Trigger) => void>();
  const take = (message: JsMsg): void => {
    const { taskId, text } = message.json<BareOutcome>();
    waiting.get(taskId)?.({ text, ack: () => message.ack() });
    waiting.delete(taskId);
  };
  const consumer = await client.consumers.get(BARE.run, OUTCOMES);
  await consumer.consume({ callback: take });

  return async (text) => {
    const runId = nuid.next();
    const fence = bareSubjects.decisions(runId);
    let trigger: Trigger = { text, ack: () => undefined };
    let last = 0;
    for (let step = 0; step < steps; step++) {
      const taskId = `${runId}-${step}`;
      const outcome = new Promise<Trigger>((resolve) => waiting.set(taskId, resolve));
      const task: BareTask = { taskId, runId, text: trigger.text };
      const { seq } = await client.publish(bareSubjects.task(runId), JSON.stringify(task), {
        expect: { lastSubjectSequence: last, lastSubjectSequenceSubject: fence },
      });
      trigger.ack();
      last = seq;
      trigger = await outcome;
    }
    trigger.ack();
  };
}
