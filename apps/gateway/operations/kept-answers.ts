import { Inject, Injectable } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { KeyExistsError, RevisionConflictError, ValueTooLargeError } from '#libs/key-values';
import type { Buckets, Key, KeyValues, StoredValue } from '#libs/key-values';
import type { CallAnswer } from '#libs/operations';
import { taskRunId } from '#libs/run-log';
import { BUCKETS } from '../buckets.js';
import { LOG } from '../log.js';
import { AnswerNotKeptError, KeyInUseError, KeyTakenError } from './errors.js';

/** So long the same key gets the same answer, in milliseconds. */
const KEPT_MS = 24 * 3_600_000;
/** So long after its own time a call is given to end before another one takes its key over, in milliseconds. */
const MARGIN_MS = 15_000;

/** A request to run an operation, with the key that its sender gave it. */
export interface KeyedRequest {
  readonly userId: string;
  readonly key: string;
  readonly operation: string;
  /** All that decides what is done: as JSON it must be the same for the same key. */
  readonly asked: unknown;
  readonly timeoutMs: number;
}

/** As the bucket holds it: a call that is in hand, or what it came to. */
interface Kept {
  readonly print: string;
  /** In Unix milliseconds; whoever finds a call in hand after it takes it that nobody is at it any more. */
  readonly until: number;
  readonly call?: CallAnswer;
}

/**
 * Answers a request that is sent again with what the first one came to.
 *
 * 1. The key is taken before the operation is called, so of two at once one is refused.
 * 2. What is to be tried again is not kept: the same key runs it anew. So is a call of which no end was written.
 * 3. The operation gets an idempotency key made of the sender's, so that one that minds it does nothing twice even
 *    then.
 */
@Injectable()
export class KeptAnswers {
  private readonly values: KeyValues;

  constructor(
    @Inject(BUCKETS) buckets: Buckets,
    @Inject(LOG) private readonly log: LoggerService,
  ) {
    this.values = buckets.open('OPERATION_ANSWERS');
  }

  /** Throws KeyTakenError and KeyInUseError. */
  async once(
    request: KeyedRequest,
    run: (idempotencyKey: string) => Promise<CallAnswer>,
  ): Promise<CallAnswer> {
    const print = printOf([request.operation, request.asked]);
    const at: Key = [request.userId, request.key];
    const taken = await this.take(at, print, request);
    if (typeof taken === 'object') return taken;
    const idempotencyKey = printOf([request.userId, request.operation, request.key]);
    const call = await run(idempotencyKey);
    await this.keep(at, { print, until: 0, call }, taken);
    return call;
  }

  /** Takes the key and gives its revision, or what it came to before. */
  private async take(at: Key, print: string, request: KeyedRequest): Promise<CallAnswer | number> {
    const { operation, key, timeoutMs } = request;
    const begun: Kept = { print, until: Date.now() + timeoutMs + MARGIN_MS };
    for (;;) {
      const found = await this.values.get(at);
      const held = found?.value as Kept | undefined;
      if (held && held.print !== print) throw new KeyTakenError(key);
      if (held?.call) return held.call;
      if (held && held.until > Date.now()) throw new KeyInUseError(key, operation);
      try {
        return await this.write(at, begun, found);
      } catch (error) {
        // Somebody else was faster: what they have written is looked at.
        if (!(error instanceof KeyExistsError) && !(error instanceof RevisionConflictError)) throw error;
      }
    }
  }

  private write(at: Key, kept: Kept, found: StoredValue | undefined): Promise<number> {
    return found
      ? this.values.put(at, kept, { expected: found.revision, ttlMs: KEPT_MS })
      : this.values.create(at, kept, { ttlMs: KEPT_MS });
  }

  /** The operation has run, so the answer is given, kept or not. */
  private async keep(at: Key, kept: Kept & { readonly call: CallAnswer }, revision: number): Promise<void> {
    try {
      if (isToRepeat(kept.call)) await this.values.delete(at, { expected: revision });
      else await this.values.put(at, kept, { expected: revision, ttlMs: KEPT_MS });
    } catch (error) {
      if (!(error instanceof ValueTooLargeError)) {
        this.log.warn(`the answer to the idempotency key ${JSON.stringify(at[1])} was not kept`, error);
        return;
      }
      const call = { ...kept.call, outcome: withoutAnswer(kept.call) } as CallAnswer;
      await this.keep(at, { ...kept, call }, revision);
    }
  }
}

const printOf = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

function isToRepeat(call: CallAnswer): boolean {
  if (call.status === 'unanswered') return call.error.disposition === 'retry';
  const { outcome } = call;
  return (
    outcome.status === 'deferred' || (outcome.status === 'failed' && outcome.error.disposition === 'retry')
  );
}

function withoutAnswer({ taskRunId: id }: CallAnswer): unknown {
  const { code, message, disposition } = new AnswerNotKeptError(taskRunId(id));
  return { status: 'failed', error: { code, message, disposition } };
}
