import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

export const BARE = { run: 'BARE_RUN', live: 'BARE_LIVE', calls: 'BARE_CALLS' } as const;
export const TASKS = 'tasks';
export const OUTCOMES = 'outcomes';
/** As many as an operation's contract allows unless it says otherwise. */
const MAX_ACK_PENDING = 1_000;

export const bareSubjects = {
  decisions: (runId: string): string => `bare.0.${runId}.decision.>`,
  task: (runId: string): string => `bare.0.${runId}.decision.task`,
  outcome: (runId: string): string => `bare.0.${runId}.fact.outcome`,
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
  const durable = { ack_policy: AckPolicy.Explicit, max_ack_pending: MAX_ACK_PENDING };
  const tasks = { ...durable, durable_name: TASKS, filter_subject: bareSubjects.task('*') };
  const outcomes = { ...durable, durable_name: OUTCOMES, filter_subject: bareSubjects.outcome('*') };
  await manager.consumers.add(BARE.run, tasks);
  await manager.consumers.add(BARE.run, outcomes);
}
