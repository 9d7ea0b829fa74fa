import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

export const BARE = { run: 'BARE_RUN', live: 'BARE_LIVE', calls: 'BARE_CALLS' } as const;
export const TASKS = 'tasks';
export const OUTCOMES = 'outcomes';
/** As many as an operation's contract allows unless it says otherwise. */
const MAX_ACK_PENDING = 1_000;

export const bareSubjects = {
  start: (runId: string): string => `bare.0.${runId}.start`,
  decisions: (runId: string): string => `bare.0.${runId}.decision.>`,
  task: (runId: string): string => `bare.0.${runId}.decision.task`,
  outcome: (runId: string): string => `bare.0.${runId}.fact.outcome`,
  end: (runId: string): string => `bare.0.${runId}.decision.end`,
  live: (runId: string): string => `bare-live.0.${runId}`,
  call: 'bare-call.echo',
};

/** Makes streams with the settings of the run log's own, and the two durables that a bare loop needs. */
export async function makeBareStreams(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection);
  for (const [like, name, subjects] of [
    ['RUN', BARE.run, ['bare.>']],
    ['LIVE', BARE.live, ['bare-live.>']],
    ['CALLS', BARE.calls, ['bare-call.>']],
  ] as const) {
    const { config } = await manager.streams.info(like);
    await manager.streams.add({ ...config, name, subjects: [...subjects] });
  }
  await makeBareDurable(connection, TASKS, bareSubjects.task('*'));
  await makeBareDurable(connection, OUTCOMES, bareSubjects.outcome('*'));
}

export async function makeBareDurable(
  connection: NatsConnection,
  name: string,
  filter: string,
): Promise<void> {
  const manager = await jetstreamManager(connection);
  await manager.consumers.add(BARE.run, {
    durable_name: name,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: MAX_ACK_PENDING,
  });
}
