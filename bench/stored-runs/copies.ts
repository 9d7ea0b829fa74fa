import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, nuid } from '@nats-io/transport-node';
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { flowRunId, partitionOf } from '#libs/run-log';
import type { FlowRunId, RunLog } from '#libs/run-log';

/** A message of a run that was really run, as the broker holds it. */
interface Original {
  readonly subject: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** After so many copies one message is waited for: what a broker has no room to queue it drops. */
const BREATH = 200;

/** Copies a run, byte for byte but for its id, past everything that would look at the copies. */
export class RunCopies {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly runId: FlowRunId,
    private readonly messages: readonly Original[],
  ) {}

  static async of(log: RunLog, connection: NatsConnection, runId: FlowRunId): Promise<RunCopies> {
    const { streams } = await jetstreamManager(connection);
    const { events } = await log.readRun(runId);
    const messages: Original[] = [];
    for (const { position } of events) {
      const stored = await streams.getMessage('RUN', { seq: position.seq });
      if (!stored) throw new Error(`message ${position.seq} of run ${runId} is gone`);
      messages.push({
        subject: stored.subject,
        headers: [...(stored.header ?? [])]
          .filter(([name]) => !name.startsWith('Nats-'))
          .map(([name, [value = '']]) => [name, value] as const),
        body: stored.string(),
      });
    }
    return new RunCopies(connection, runId, messages);
  }

  /** Writes so many copies and waits until all are stored. Throws where the broker has dropped any. */
  async write(copies: number): Promise<void> {
    const { streams } = await jetstreamManager(this.connection);
    const client = jetstream(this.connection);
    const stored = async (): Promise<number> => (await streams.info('RUN')).state.messages;
    const before = await stored();
    for (let nth = 1; nth <= copies; nth++) {
      const copy = this.copy(flowRunId(nuid.next().toLowerCase()));
      const last = nth % BREATH === 0 || nth === copies ? copy.pop() : undefined;
      for (const { subject, body, headers } of copy) this.connection.publish(subject, body, { headers });
      if (last) await client.publish(last.subject, last.body, { headers: last.headers });
    }
    const written = (await stored()) - before;
    if (written !== copies * this.messages.length)
      throw new Error(`${copies * this.messages.length} messages were written and ${written} stored`);
  }

  private copy(runId: FlowRunId): { subject: string; body: string; headers: MsgHdrs }[] {
    const root = `run.${partitionOf(this.runId)}.${this.runId}.`;
    return this.messages.map(({ subject, headers: meta, body }) => ({
      subject: `run.${partitionOf(runId)}.${runId}.${subject.slice(root.length)}`,
      body: body.replaceAll(this.runId, runId),
      headers: headersOf(meta),
    }));
  }
}

function headersOf(pairs: Original['headers']): MsgHdrs {
  const meta = headers();
  for (const [name, value] of pairs) meta.append(name, value);
  return meta;
}
