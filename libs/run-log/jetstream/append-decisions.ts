import { nuid } from '@nats-io/transport-node';
import type { Msg } from '@nats-io/transport-node';
import { FencedOutError } from '../errors.js';
import type { DecisionEvent } from '../events.js';
import { BrokerHeader } from '../headers.js';
import { streamSeq } from '../ids.js';
import type { FlowRunId, StreamSeq } from '../ids.js';
import type { TraceContext } from '../run-log.js';
import { runSubjects } from '../subjects.js';
import type { Envelopes, Outgoing } from '../envelopes.js';
import type { Publisher } from './publisher.js';
import { holds } from './stored-messages.js';
import type { StoredMessages } from './stored-messages.js';

/** More decisions than this go out as one batch: it costs as much as some eight messages, whatever its size. */
const LARGEST_CHAIN = 8;
/** The broker refuses a larger batch (10199). */
const LARGEST_BATCH = 1_000;

/**
 * Appends decisions behind the run's fence.
 *
 * 1. Every message or batch expects the run's last decision to be the one before it, so what is stored is a prefix.
 * 2. No message carries a message id: whether the broker looks at that or at the fence first is not promised.
 * 3. A refusal counts only once it is known not to come from an earlier try of the same append whose answer was
 *    lost: then what stands in its place is what was to be stored. Another orchestrator may have put it there, which
 *    is as good: decisions are deterministic, so the same one in the same place follows from the same history, and
 *    whatever that orchestrator decided next refuses us at our next append.
 */
export class DecisionAppender {
  constructor(
    private readonly publisher: Publisher,
    private readonly envelopes: Envelopes,
    private readonly stored: StoredMessages,
  ) {}

  async append(
    runId: FlowRunId,
    expected: StreamSeq,
    decisions: readonly DecisionEvent[],
    trace?: TraceContext,
  ): Promise<StreamSeq> {
    let last = expected;
    let done = 0;
    const size = decisions.length > LARGEST_CHAIN ? LARGEST_BATCH : 1;
    while (done < decisions.length) {
      const piece = decisions.slice(done, done + size);
      const seq = await this.appendPiece(runId, last, piece, trace);
      if (seq === undefined) throw new FencedOutError(runId, last, done);
      last = streamSeq(seq);
      done += piece.length;
    }
    return last;
  }

  /** Appends one message, or one batch; undefined when the fence refused it. */
  private async appendPiece(
    runId: FlowRunId,
    expected: StreamSeq,
    decisions: readonly DecisionEvent[],
    trace: TraceContext | undefined,
  ): Promise<number | undefined> {
    const fence = runSubjects.decisions(runId);
    const messages: Outgoing[] = [];
    for (const decision of decisions) {
      const subject = runSubjects.decision(runId, decision);
      const sealed = this.envelopes.seal(subject, runId, decision, trace);
      messages.push(sealed instanceof Promise ? await sealed : sealed);
    }
    const first = messages[0];
    if (!first) return expected;
    first.headers[BrokerHeader.expectedSubjectSeq] = String(expected);
    first.headers[BrokerHeader.expectedSubjectSeqSubject] = fence;
    const doing = 'appending decisions';
    const settled =
      messages.length === 1
        ? await this.publisher.store(first, doing)
        : await this.publisher.persist(doing, (timeoutMs) => this.sendBatch(messages, timeoutMs));
    if ('seq' in settled && !settled.duplicate) return settled.seq;
    return settled.tries > 1 ? this.findOwn(fence, expected, messages) : undefined;
  }

  /**
   * Sends a batch by the raw protocol, for the client's batch publisher hides refusals: all but the last without
   * waiting, the answer to the last is the batch's. Source: NATS ADR-50.
   */
  private sendBatch(messages: readonly Outgoing[], timeoutMs: number): Promise<Msg> {
    const batchId = nuid.next();
    const batch = messages.map((message, i) => ({
      ...message,
      headers: {
        ...message.headers,
        [BrokerHeader.batchId]: batchId,
        [BrokerHeader.batchSequence]: String(i + 1),
        ...(i + 1 === messages.length ? { [BrokerHeader.batchCommit]: '1' } : {}),
      },
    }));
    return this.publisher.requester.request(batch.at(-1)!, timeoutMs, batch.slice(0, -1));
  }

  /** Looks whether the decisions after `expected` are these; returns the sequence of the last. */
  private async findOwn(
    fence: string,
    expected: StreamSeq,
    messages: readonly Outgoing[],
  ): Promise<number | undefined> {
    let seq: number = expected;
    for (const message of messages) {
      const stored = await this.stored.next(fence, seq + 1);
      if (!stored || !holds(stored, message)) return undefined;
      seq = stored.seq;
    }
    return seq;
  }
}
