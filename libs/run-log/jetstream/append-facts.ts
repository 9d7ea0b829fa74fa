import { ClaimTakenError, RunExistsError } from '../errors.js';
import type { CallEvent, FactEvent, RequestEvent } from '../events.js';
import { decodeEvent } from '../codec.js';
import { BrokerHeader } from '../headers.js';
import { streamSeq } from '../ids.js';
import type { FlowRunId, StreamSeq } from '../ids.js';
import { callMessageId, claimNonce, outcomeMessageId, requestMessageId } from '../message-ids.js';
import type { StartRequested, TraceContext } from '../run-log.js';
import { callSubject, runSubjects } from '../subjects.js';
import type { AnyEvent } from '../codec.js';
import type { Envelopes, Outgoing } from '../envelopes.js';
import type { Publisher, Settled } from './publisher.js';
import { holds } from './stored-messages.js';
import type { StoredMessages } from './stored-messages.js';

type Claim = Extract<FactEvent, { type: 'TaskClaimed' }>;
type Finish = Extract<FactEvent, { type: 'TaskFinished' }>;

/** Appends what is said by clients and services: none of it passes the fence, each is safe to repeat. */
export class FactAppender {
  constructor(
    private readonly publisher: Publisher,
    private readonly envelopes: Envelopes,
    private readonly stored: StoredMessages,
    private readonly callEnvelopes: Envelopes,
  ) {}

  async start(runId: FlowRunId, event: StartRequested, trace?: TraceContext): Promise<StreamSeq> {
    const subject = runSubjects.request(runId, event.type);
    const message = await this.envelopes.seal(subject, runId, event, trace);
    const settled = await this.createOnly(message, event);
    if ('seq' in settled) return streamSeq(settled.seq);
    // Without an answer that was lost, the same start is another one, and its caller is told that the run exists.
    const first = settled.tries > 1 ? await this.stored.last(subject) : undefined;
    if (first && holds(first, message)) return streamSeq(first.seq);
    throw new RunExistsError(runId);
  }

  async claim(runId: FlowRunId, claim: Claim, trace?: TraceContext): Promise<StreamSeq> {
    const subject = runSubjects.claim(runId, claim.taskRunId, claim.attempt);
    const nonce = claimNonce(claim);
    const message = await this.envelopes.seal(subject, runId, claim, trace);
    const settled = await this.createOnly(message, claim);
    if ('seq' in settled) return streamSeq(settled.seq);
    const first = await this.stored.last(subject);
    const taken = first && (decodeEvent('RUN', first.read, first.body, first.seq) as Claim);
    if (first && taken?.nonce === nonce) return streamSeq(first.seq);
    throw new ClaimTakenError(claim.taskRunId, claim.attempt, taken?.holder ?? 'a holder that is gone');
  }

  async request(
    runId: FlowRunId,
    event: Exclude<RequestEvent, StartRequested>,
    messageId: string,
    trace?: TraceContext,
  ): Promise<{ seq: StreamSeq; duplicate: boolean }> {
    const subject = runSubjects.request(runId, event.type);
    return this.once(subject, runId, event, requestMessageId(runId, messageId), trace);
  }

  async outcome(runId: FlowRunId, fact: Finish, trace?: TraceContext): Promise<StreamSeq> {
    const subject = runSubjects.outcome(runId);
    return (await this.once(subject, runId, fact, outcomeMessageId(runId, fact), trace)).seq;
  }

  async call(event: CallEvent, trace?: TraceContext): Promise<StreamSeq> {
    const id = callMessageId(event);
    return (await this.once(callSubject(event), 'calls', event, id, trace, this.callEnvelopes)).seq;
  }

  /** Stores a message unless one with its id was stored within the broker's window. */
  private async once(
    subject: string,
    folder: string,
    event: AnyEvent,
    messageId: string,
    trace: TraceContext | undefined,
    envelopes = this.envelopes,
  ): Promise<{ seq: StreamSeq; duplicate: boolean }> {
    const sealed = envelopes.seal(subject, folder, event, trace);
    const message = sealed instanceof Promise ? await sealed : sealed;
    message.headers[BrokerHeader.messageId] = messageId;
    const settled = await this.publisher.store(message, `appending ${event.type}`);
    if (!('seq' in settled)) throw new Error(`${event.type} carries no expectation, and one was refused`);
    return { seq: streamSeq(settled.seq), duplicate: settled.duplicate };
  }

  /** Stores the first message of a subject, or is refused where there is one already. */
  private createOnly(message: Outgoing, { type }: AnyEvent): Promise<Settled> {
    message.headers[BrokerHeader.expectedSubjectSeq] = '0';
    return this.publisher.store(message, `appending ${type}`);
  }
}
