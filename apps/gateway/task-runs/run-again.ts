import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { Catalog, OperationClient, TerminalError } from '#libs/operations';
import type { OperationDescription } from '#libs/operations';
import type { RunFlags } from '#libs/run-log';
import { Broker } from '../asking/broker.js';
import type { Caller } from '../identity/caller.js';
import { LOG } from '../log.js';
import { answerOf } from '../operations/operation-answer.js';
import type { OperationAnswer } from '../operations/operation-answer.js';

/** An execution as its record tells of it. */
export interface Earlier {
  /** Of its record. */
  readonly taskRunId: string;
  readonly operationName: string;
  readonly service: string;
  readonly input: unknown;
  readonly userId: string;
  readonly tags: readonly string[];
}

export interface Again {
  /** Lets an operation run again that takes effect at most once. */
  readonly force: boolean;
  readonly flags: RunFlags;
  /** Of the new record; drawn where it is left out. */
  readonly taskRunId?: string;
  /** The same piece of work to whoever does it; another one where it is left out. */
  readonly idempotencyKey?: string;
}

/** What an execution that was run again comes to. */
export type AnswerAgain = OperationAnswer & { readonly replayOf: string };

const REDACTED = '[redacted]';
const MOST_NAMED = 10;

/** The record of an execution does not say all that is needed to run it again. */
export class InputNotKeptError extends TerminalError {
  constructor(taskRunId: string, why: string, fields: readonly string[] = []) {
    super(
      'gateway/input-not-kept',
      `${taskRunId} cannot be run again: ${why}`,
      fields.map((field) => ({ field: `input.${field}`, message: 'was not kept, for it is sensitive' })),
    );
  }
}

/** An operation that takes effect at most once is run again only by somebody who says so. */
export class ForceNeededError extends TerminalError {
  constructor(operation: string, taskRunId: string) {
    super(
      'gateway/force-needed',
      `${operation} takes effect at most once, and ${taskRunId} may have taken effect: run again, it may do the same ` +
        'a second time. Say force (`--force`) if that is wanted',
      [{ field: 'force', value: false, message: 'expected true' }],
    );
  }
}

/** Gives an operation the input that it was given before, for the user that it was run for. */
@Injectable()
export class RunAgain {
  constructor(
    private readonly catalog: Catalog,
    private readonly operations: OperationClient,
    private readonly broker: Broker,
    @Inject(LOG) private readonly logger: LoggerService,
  ) {}

  /** Throws InputNotKeptError, ForceNeededError and UnknownOperation where it could not be run again. */
  check(earlier: Earlier, { force }: Pick<Again, 'force'>): OperationDescription {
    const { operationName: name, service, taskRunId, input } = earlier;
    const entry = this.catalog.get(name, service);
    if (!entry)
      throw new TerminalError(
        'operation/unknown',
        `no service has an operation ${JSON.stringify(name)} of ${service} now, so ${taskRunId} cannot be run again`,
      );
    const missing = redactedIn(input);
    if (missing.length > 0) {
      const named = missing.slice(0, MOST_NAMED);
      const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
      throw new InputNotKeptError(
        taskRunId,
        `sensitive fields of its input were not kept: ${named.join(', ')}${more}`,
        named,
      );
    }
    if (isTooLarge(input))
      throw new InputNotKeptError(taskRunId, 'its input is too large to be kept in a record');
    if (input === null) throw new InputNotKeptError(taskRunId, 'its record holds no input (yet)');
    if (entry.execution === 'at-most-once' && !force) throw new ForceNeededError(name, taskRunId);
    return entry;
  }

  /** Runs it and waits. Throws what check throws, and what there is instead of an output. */
  async run(earlier: Earlier, again: Again, caller: Caller): Promise<AnswerAgain> {
    const entry = this.check(earlier, again);
    const { actor, trace } = caller;
    // Its data are this user's, whoever asks for it.
    const other = actor.userId !== earlier.userId;
    if (other) this.logger.log(`${actor.userId} runs ${earlier.taskRunId} of ${earlier.userId} again`);
    const call = await this.broker.whileThere(`${entry.name} cannot be run`, () =>
      this.operations.callByName(entry.service, entry.name, earlier.input, {
        actor: other ? { ...actor, userId: earlier.userId, by: actor.by ?? actor.userId } : actor,
        trace,
        flags: again.flags,
        tags: earlier.tags,
        taskRunId: again.taskRunId ?? randomUUID(),
        replayOf: earlier.taskRunId,
        ...(again.idempotencyKey === undefined ? {} : { idempotencyKey: again.idempotencyKey }),
      }),
    );
    return { ...answerOf(entry, call), replayOf: earlier.taskRunId };
  }
}

/** Names the fields whose values were struck out, as paths. */
function redactedIn(value: unknown, path = ''): string[] {
  if (value === REDACTED) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, held]) => {
    const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`;
    return redactedIn(held, path + step);
  });
}

/** What the audit keeps in place of what is too large. */
const isTooLarge = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'tooLargeToKeep' in input;
