import { jetstream } from '@nats-io/jetstream';
import type { JsMsg } from '@nats-io/jetstream';
import { nuid } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BareOutcome, BareTask } from './bare-service.js';
import { BARE, bareSubjects, OUTCOMES } from './bare-streams.js';

interface Trigger {
  readonly text: string;
  readonly begunAt?: number;
  readonly ack: () => void;
}

export interface BareRun {
  readonly runId: string;
  readonly text: string;
  readonly steps: number;
  /** Acks what began the run, once its first decision is stored. */
  readonly ack: () => void;
}

export interface BareRunDone {
  /** When the first operation began, in milliseconds of the machine's clock. */
  readonly begunAt: number;
  /** Sequence of the last decision. */
  readonly last: number;
  /** Acks the last outcome. */
  readonly ack: () => void;
}

/**
 * Runs bare runs: a fenced decision for each step, then the wait for its outcome, whose message is acked once the next
 * decision is stored. No history, no flow.
 */
export class BareRuns {
  private readonly waiting = new Map<string, (trigger: Trigger) => void>();
  private readonly client;

  private constructor(connection: NatsConnection) {
    this.client = jetstream(connection);
  }

  /** Begins to follow the outcomes. */
  static async start(connection: NatsConnection): Promise<BareRuns> {
    const runs = new BareRuns(connection);
    const consumer = await runs.client.consumers.get(BARE.run, OUTCOMES);
    await consumer.consume({ callback: (message) => runs.take(message) });
    return runs;
  }

  /** Runs one after the other; nothing is stored for the start or the end. */
  async sequence(text: string, steps: number): Promise<void> {
    const done = await this.run({ runId: nuid.next(), text, steps, ack: () => undefined });
    done.ack();
  }

  async run({ runId, text, steps, ack }: BareRun): Promise<BareRunDone> {
    const lastDecisionSubject = bareSubjects.decisions(runId);
    let trigger: Trigger = { text, ack };
    let begunAt: number | undefined;
    let last = 0;
    for (let step = 0; step < steps; step++) {
      const task: BareTask = { taskId: `${runId}-${step}`, runId, text: trigger.text };
      const outcome = this.outcomeOf(task.taskId);
      const { seq } = await this.client.publish(bareSubjects.task(runId), JSON.stringify(task), {
        expect: { lastSubjectSequence: last, lastSubjectSequenceSubject: lastDecisionSubject },
      });
      trigger.ack();
      last = seq;
      trigger = await outcome;
      begunAt ??= trigger.begunAt;
    }
    return { begunAt: begunAt ?? Number.NaN, last, ack: () => trigger.ack() };
  }

  /** Stores so many tasks without a fence, all at once, and waits for every outcome. */
  async sideBySide(text: string, width: number): Promise<void> {
    const runId = nuid.next();
    const one = async (nth: number): Promise<void> => {
      const task: BareTask = { taskId: `${runId}-${nth}`, runId, text };
      const outcome = this.outcomeOf(task.taskId);
      await this.client.publish(bareSubjects.task(runId), JSON.stringify(task));
      (await outcome).ack();
    };
    await Promise.all(Array.from({ length: width }, (_, nth) => one(nth)));
  }

  private outcomeOf(taskId: string): Promise<Trigger> {
    return new Promise((resolve) => this.waiting.set(taskId, resolve));
  }

  private take(message: JsMsg): void {
    const { taskId, text, begunAt } = message.json<BareOutcome>();
    this.waiting.get(taskId)?.({ text, begunAt, ack: () => message.ack() });
    this.waiting.delete(taskId);
  }
}
