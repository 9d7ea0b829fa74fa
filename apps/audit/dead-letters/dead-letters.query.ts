import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { toDeadLetterDto } from '#libs/contracts';
import type {
  DeadLetterDto,
  ListDeadLettersInput,
  ListDeadLettersOutput,
  SettleDeadLetterInput,
} from '#libs/contracts';
import { readPage } from '#libs/mongo';
import { PlatformError } from '#libs/run-log';
import type { Actor } from '#libs/run-log';
import { who } from '#libs/run-records';
import { RecordNotFoundError } from '../queries/errors.js';
import { userFilter } from '../queries/scope.js';
import { createdWithin, given } from '../queries/span.js';
import { DeadLetterRecord } from '../records/dead-letter.record.js';

/** Somebody has settled it before. */
export class SettledDeadLetterError extends PlatformError {
  readonly code = 'audit/settled';
  readonly disposition = 'terminal';
  constructor(
    readonly id: string,
    { status, settledBy, retryTaskRunId }: DeadLetterDto,
  ) {
    const by = settledBy ? ` by ${settledBy.userId}` : '';
    const as = retryTaskRunId === null ? '' : ` as ${retryTaskRunId}`;
    super(`the dead letter ${id} was ${status}${as}${by} before`);
  }
}

/** Reads dead letters as far as the asker may see them, and notes what is done with them. Nothing is deleted. */
@Injectable()
export class DeadLettersQuery {
  constructor(@InjectModel(DeadLetterRecord.name) private readonly letters: Model<DeadLetterRecord>) {}

  list(input: ListDeadLettersInput, actor: Actor): Promise<ListDeadLettersOutput> {
    return readPage({
      model: this.letters,
      filter: {
        ...given({
          status: input.status,
          operationName: input.operation,
          flowRunId: input.flowRunId,
        }),
        ...userFilter(actor, input.user),
        ...createdWithin(input.from, input.to),
      },
      sort: '-createdAt',
      limit: input.limit,
      cursor: input.cursor,
      toDto: toDeadLetterDto,
    });
  }

  /** Throws RecordNotFoundError. */
  async get(id: string, actor: Actor): Promise<DeadLetterDto> {
    const found = await this.letters
      .findOne({ _id: id, ...userFilter(actor, undefined) })
      .lean<DeadLetterRecord>();
    if (!found) throw new RecordNotFoundError('dead letter', id);
    return toDeadLetterDto(found);
  }

  /**
   * Settles a dead letter in one go, so that of several only one does. A retry may follow on one that came to nothing.
   * Throws RecordNotFoundError and SettledDeadLetterError.
   */
  async settle(input: SettleDeadLetterInput, actor: Actor, now: number): Promise<DeadLetterDto> {
    const { deadLetterId, as, reason, retryTaskRunId, after } = input;
    const before = after === undefined ? { status: 'open' } : { status: 'retried', retryTaskRunId: after };
    const settled = await this.letters
      .findOneAndUpdate(
        { _id: deadLetterId, ...userFilter(actor, undefined), ...before } as QueryFilter<DeadLetterRecord>,
        {
          $set: {
            status: as,
            settledBy: who(actor),
            settledAt: new Date(now),
            reason: reason ?? null,
            ...(retryTaskRunId === undefined ? {} : { retryTaskRunId }),
          },
        },
        { returnDocument: 'after' },
      )
      .lean<DeadLetterRecord>();
    if (settled) return toDeadLetterDto(settled);
    throw new SettledDeadLetterError(deadLetterId, await this.get(deadLetterId, actor));
  }
}
