import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { LogUnavailableError } from '../errors.js';
import type { Outgoing } from '../envelopes.js';
import { isPassing, isWrongLastSequence, refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import { Link } from './link.js';
import { Outbox } from './outbox.js';
import { NoAnswerError, Requester } from './requester.js';

/** How the broker settled a message. `tries` above 1 means that an earlier try may have been stored unseen. */
export type Settled = { readonly tries: number } & (
  { readonly seq: number; readonly duplicate: boolean } | { readonly refusedExpectation: true }
);

export interface Patience {
  /** How long one try waits for its answer. */
  readonly attemptMs: number;
  /** How long tries go on before LogUnavailableError. */
  readonly giveUpMs: number;
}

const TO_TEXT = new TextDecoder();
const TO_BYTES = new TextEncoder();

/** Publishes to streams and repeats, within a bounded time, what was not answered. */
export class Publisher {
  readonly outbox: Outbox;
  readonly requester: Requester;
  readonly link: Link;

  constructor(
    readonly connection: NatsConnection,
    readonly patience: Patience,
    onTrouble?: (error: unknown) => void,
  ) {
    this.link = new Link(connection);
    this.outbox = new Outbox(connection, onTrouble);
    this.requester = new Requester(connection, this.outbox, () => this.link.isUp);
    this.link.onDown(() => this.requester.abandon('disconnected'));
    this.link.onRefusal((refusal) => {
      if (refusal.operation === 'publish') this.requester.forbid(refusal.subject, refusal);
      onTrouble?.(refusal);
    });
  }

  /** Stores one message. Throws LogUnavailableError, LogFullError, NotPermittedError. */
  store(message: Outgoing, doing: string): Promise<Settled> {
    return this.persist(doing, (timeoutMs) => this.requester.request(message, timeoutMs));
  }

  /** Repeats `attempt` until the broker settles it, or the patience is over. */
  async persist(doing: string, attempt: (timeoutMs: number) => Promise<Msg>): Promise<Settled> {
    let giveUpAt = 0;
    for (let tries = 1; ; tries++) {
      const answer = await attempt(this.patience.attemptMs).then(readPubAnswer, passingOnly);
      if (!(answer instanceof NoAnswerError)) {
        const { error } = answer;
        if (!error) return { seq: answer.seq, duplicate: answer.duplicate === true, tries };
        if (isWrongLastSequence(error)) return { refusedExpectation: true, tries };
        if (!isPassing(error)) throw refused(error);
      }
      giveUpAt ||= performance.now() + this.patience.giveUpMs;
      await this.pause(doing, tries, giveUpAt, answer);
    }
  }

  /** Asks the JetStream API and reads its JSON; hands refusals that do not pass back to the caller. */
  async ask<T extends object>(
    subject: string,
    query: object,
    doing: string,
  ): Promise<T & { error?: BrokerRefusal }> {
    const body = TO_BYTES.encode(JSON.stringify(query));
    const giveUpAt = performance.now() + this.patience.giveUpMs;
    for (let tries = 1; ; tries++) {
      const answer = await this.requester
        .request({ subject, body }, this.patience.attemptMs)
        .then(
          (message) => JSON.parse(TO_TEXT.decode(message.data)) as T & { error?: BrokerRefusal },
          passingOnly,
        );
      if (!(answer instanceof NoAnswerError) && !(answer.error && isPassing(answer.error))) return answer;
      await this.pause(doing, tries, giveUpAt, answer);
    }
  }

  private async pause(
    doing: string,
    tries: number,
    giveUpAt: number,
    answer: NoAnswerError | { error?: BrokerRefusal },
  ): Promise<void> {
    const left = giveUpAt - performance.now();
    const closed = answer instanceof NoAnswerError && answer.reason === 'closed';
    if (left <= 0 || closed) {
      const cause = answer instanceof NoAnswerError ? answer : answer.error && refused(answer.error);
      throw new LogUnavailableError(doing, { cause });
    }
    await this.link.pauseBeforeRetry(tries, left);
  }

  /** Hands over what is still to be sent, and gives up what is not answered yet. */
  close(): void {
    this.outbox.flush();
    this.requester.close();
    this.link.close();
  }
}

interface PubAnswer {
  readonly seq: number;
  readonly duplicate?: boolean;
  readonly error?: BrokerRefusal;
}

const readPubAnswer = (answer: Msg): PubAnswer => JSON.parse(TO_TEXT.decode(answer.data)) as PubAnswer;

function passingOnly(error: unknown): NoAnswerError {
  if (error instanceof NoAnswerError) return error;
  throw error;
}
