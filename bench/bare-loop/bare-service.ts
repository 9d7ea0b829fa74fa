import { jetstream } from '@nats-io/jetstream';
import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { machineMs } from '../clock.js';
import { BARE, bareSubjects, TASKS } from './bare-streams.js';

export interface BareTask {
  readonly taskId: string;
  readonly runId: string;
  readonly text: string;
}

export interface BareOutcome {
  readonly taskId: string;
  /** Milliseconds of the machine's clock. */
  readonly begunAt: number;
  readonly text: string;
}

/** Works on bare tasks: says `started` without waiting, stores the outcome, then acks. */
export async function serveBareTasks(connection: NatsConnection): Promise<void> {
  const client = jetstream(connection);
  const work = async (message: JsMsg): Promise<void> => {
    const { taskId, runId, text } = message.json<BareTask>();
    const begunAt = machineMs();
    connection.publish(bareSubjects.live(runId), JSON.stringify({ taskId, startedAt: Date.now() }));
    const outcome: BareOutcome = { taskId, begunAt, text };
    const body = JSON.stringify({ ...outcome, finishedAt: Date.now() });
    await client.publish(bareSubjects.outcome(runId), body, { msgID: taskId });
    message.ack();
  };
  const consumer = await client.consumers.get(BARE.run, TASKS);
  await consumer.consume({ callback: (message) => void work(message) });
}
