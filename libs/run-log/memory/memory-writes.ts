import { decodeEvent, encodeBody, eventHeaders } from '../codec.js';
import type { AnyEvent } from '../codec.js';
import type { Envelopes, Outgoing } from '../envelopes.js';
import { ClaimTakenError, FencedOutError, RunExistsError } from '../errors.js';
import type { CallEvent, DecisionEvent, FactEvent, RequestEvent } from '../events.js';
import { streamSeq } from '../ids.js';
import type { FlowRunId, Millis, StreamSeq } from '../ids.js';
import { callMessageId, claimNonce, outcomeMessageId, requestMessageId } from '../message-ids.js';
import type { StartRequested, StreamName, TraceContext } from '../run-log.js';
import { callSubject, runSubjects } from '../subjects.js';
import type { MemoryBroker } from './memory-broker.js';

type Claim = Extract<FactEvent, { type: 'TaskClaimed' }>;
type Finish = Extract<FactEvent, { type: 'TaskFinished' }>;

/** Writes to the in-memory streams by the rules of the real ones. */
export class MemoryWrites {
  constructor(
    private readonly broker: MemoryBroker,
    private readonly envelopes: Envelopes,
  ) {}

  async start(runId: FlowRunId, event: StartRequested, trace?: TraceContext): Promise<StreamSeq> {
    const subject = runSubjects.request(runId, event.type);
    const message = await this.envelopes.seal(subject, runId, event, trace);
    const stored = this.broker.streams.RUN.append(message, undefined, { subject, seq: 0 });
    if (stored === 'refused') throw new RunExistsError(runId);
    return streamSeq(stored.seq);
  }

  async claim(runId: FlowRunId, claim: Claim, trace?: TraceContext): Promise<StreamSeq> {
    claimNonce(claim);
    const subject = runSubjects.claim(runId, claim.taskRunId, claim.attempt);
    const message = await this.envelopes.seal(subject, runId, claim, trace);
    const stored = this.broker.streams.RUN.append(message, undefined, { subject, seq: 0 });
    if (stored !== 'refused') return streamSeq(stored.seq);
    const first = this.broker.streams.RUN.last(subject)!;
    const taken = decodeEvent('RUN', first.read, first.body, first.seq) as Claim;
    if (taken.nonce === claim.nonce) return streamSeq(first.seq);
    throw new ClaimTakenError(claim.taskRunId, claim.attempt, taken.holder);
  }

  async decide(
    runId: FlowRunId,
    expected: StreamSeq,
    decisions: readonly DecisionEvent[],
    trace?: TraceContext,
  ): Promise<StreamSeq> {
    const messages: Outgoing[] = [];
    for (const decision of decisions)
      messages.push(await this.envelopes.seal(runSubjects.decision(runId, decision), runId, decision, trace));
    let last = expected;
    for (const [done, message] of messages.entries()) {
      const fence = { subject: runSubjects.decisions(runId), seq: last };
      const stored = this.broker.streams.RUN.append(message, undefined, fence);
      if (stored === 'refused') throw new FencedOutError(runId, last, done);
      last = streamSeq(stored.seq);
    }
    return last;
  }

  async request(
    runId: FlowRunId,
    event: Exclude<RequestEvent, StartRequested>,
    messageId: string,
    trace?: TraceContext,
  ): Promise<{ seq: StreamSeq; duplicate: boolean }> {
    const subject = runSubjects.request(runId, event.type);
    return this.once('RUN', subject, runId, event, requestMessageId(runId, messageId), trace);
  }

  async outcome(runId: FlowRunId, fact: Finish, trace?: TraceContext): Promise<StreamSeq> {
    const id = outcomeMessageId(runId, fact);
    return (await this.once('RUN', runSubjects.outcome(runId), runId, fact, id, trace)).seq;
  }

  async call(event: CallEvent, trace?: TraceContext): Promise<StreamSeq> {
    return (await this.once('CALLS', callSubject(event), 'calls', event, callMessageId(event), trace)).seq;
  }

  setTimer(runId: FlowRunId, timerId: string, dueAt: Millis, trace?: TraceContext): void {
    const event = { type: 'TimerFired', timerId } as const;
    const message = {
      subject: runSubjects.later(runId, timerId),
      headers: eventHeaders(event, trace),
      body: encodeBody(event),
    };
    this.broker.schedule(message, runSubjects.request(runId, event.type), dueAt);
  }

  private async once(
    stream: StreamName,
    subject: string,
    folder: string,
    event: AnyEvent,
    messageId: string,
    trace: TraceContext | undefined,
  ): Promise<{ seq: StreamSeq; duplicate: boolean }> {
    const message = await this.envelopes.seal(subject, folder, event, trace);
    const stored = this.broker.streams[stream].append(message, messageId);
    if (stored === 'refused') throw new Error(`${event.type} carries no expectation, and one was refused`);
    return { seq: streamSeq(stored.seq), duplicate: stored.duplicate };
  }
}
