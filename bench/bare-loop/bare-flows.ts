import { jetstream } from '@nats-io/jetstream';
import type { JsMsg } from '@nats-io/jetstream';
import { nuid } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { machineMs } from '../clock.js';
import type { Reached } from '../first-operation/reached.js';
import type { BareRuns } from './bare-runs.js';
import { BARE, bareSubjects, makeBareDurable } from './bare-streams.js';

const STARTS = 'starts';

interface BareStart {
  readonly runId: string;
  readonly text: string;
}

interface BareEnd {
  readonly runId: string;
  readonly begunAt: number;
}

/** Follows stored starts; each becomes a bare run of so many steps, whose end is stored as a fenced decision. */
export async function serveBareFlows(
  connection: NatsConnection,
  runs: BareRuns,
  steps: number,
): Promise<void> {
  const client = jetstream(connection);
  const take = async (message: JsMsg): Promise<void> => {
    const { runId, text } = message.json<BareStart>();
    const done = await runs.run({ runId, text, steps, ack: () => message.ack() });
    const end: BareEnd = { runId, begunAt: done.begunAt };
    await client.publish(bareSubjects.end(runId), JSON.stringify(end), {
      expect: { lastSubjectSequence: done.last, lastSubjectSequenceSubject: bareSubjects.decisions(runId) },
    });
    done.ack();
  };
  await makeBareDurable(connection, STARTS, bareSubjects.start('*'));
  const consumer = await client.consumers.get(BARE.run, STARTS);
  await consumer.consume({ callback: (message) => void take(message) });
}

/** Follows the ends, and returns a function that stores a start and waits for the end. */
export async function bareFlowClient(
  connection: NatsConnection,
): Promise<(text: string) => Promise<Reached>> {
  const client = jetstream(connection);
  const waiting = new Map<string, (end: BareEnd) => void>();
  const ends = await client.consumers.get(BARE.run, { filter_subjects: bareSubjects.end('*') });
  await ends.consume({
    callback: (message) => {
      const end = message.json<BareEnd>();
      waiting.get(end.runId)?.(end);
      waiting.delete(end.runId);
    },
  });
  return async (text) => {
    const start: BareStart = { runId: nuid.next(), text };
    const end = new Promise<BareEnd>((resolve) => waiting.set(start.runId, resolve));
    const askedAt = machineMs();
    await client.publish(bareSubjects.start(start.runId), JSON.stringify(start));
    const { begunAt } = await end;
    return { firstOperation: begunAt - askedAt, whole: machineMs() - askedAt };
  };
}
