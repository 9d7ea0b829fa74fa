import { jetstream } from '@nats-io/jetstream';
import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BARE, bareSubjects, TASKS } from './bare-streams.js';

export interface BareTask {
  readonly taskId: string;
  readonly runId: string;
  readonly text: string;
}

/** Works on bare tasks: says `started` without waiting, stores the outcome, then acks. */
export async function serveBareTasks(connection: NatsConnection): Promise<void> {
  const client = jetstream(connection);
  const work = async (message: JsMsg): Promise<void> => {
    const { taskId, runId, text } = message.json<BareTask>();
    const startedAt = Date.now();
    connection.publish(bareSubjects.live(runId), JSON.stringify({ taskId, startedAt }));
    const outcome = JSON.stringify({ taskId, startedAt, finishedAt: Date.now(), text });
    await client.publish(bareSubjects.outcome(runId), outcome, { msgID: taskId });
    message.ack();
  };
  const consumer = await client.consumers.get(BARE.run, TASKS);
  await consumer.consume({ callback: (message) => void work(message) });
}
