import { randomUUID } from 'node:crypto';
import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  GetDeadLetter,
  GetTaskRun,
  ListDeadLetters,
  ListDeadLettersInput,
  SettleDeadLetter,
  TaskRunStatus,
} from '#libs/contracts';
import type { DeadLetterDto } from '#libs/contracts';
import { TerminalError } from '#libs/operations';
import { Ask } from '../asking/ask.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { speaks } from '../problems/problem.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { ANSWER_AGAIN } from '../task-runs/replay.controller.js';
import { RunAgain } from '../task-runs/run-again.js';
import type { AnswerAgain } from '../task-runs/run-again.js';
import { DropBody, RetryBody } from './dead-letter.inputs.js';
import { DEAD_LETTER, linkedLetter } from './dead-letter.shapes.js';
import type { DeadLetter } from './dead-letter.shapes.js';

const ID = { name: 'id', description: 'Id of the task run, a point and the number of its attempt' };
/** A retry that came to these came to nothing. */
const VAIN: readonly string[] = [TaskRunStatus.failed, TaskRunStatus.cancelled];

/** Who has taken work has said so, and the audit has recorded it, well before. */
const UNTIL_RECORDED_MS = 60_000;

/** Work that was handed out too often, and what people do with it. */
@ApiTags('dead letters')
@Needs('audit:read')
@Controller('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly ask: Ask,
    private readonly again: RunAgain,
  ) {}

  @Get()
  @ApiOperation({ summary: ListDeadLetters.description })
  @ApiQueryOf(ListDeadLettersInput)
  @ApiPage('DeadLetterPage', DEAD_LETTER)
  async list(
    @ReadQuery(ListDeadLettersInput) query: ListDeadLettersInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<DeadLetter>> {
    const { items, nextCursor } = await this.ask.for(ListDeadLetters, query, caller);
    return pageOf(request, { items: items.map(linkedLetter), nextCursor });
  }

  @Get(':id')
  @ApiOperation({ summary: GetDeadLetter.description })
  @ApiParam(ID)
  @ApiAnswer(DEAD_LETTER)
  async get(
    @Param('id') id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<DeadLetter> {
    return linkedLetter(await this.letter(id, caller));
  }

  @Post(':id/retry')
  @Needs('operations:run')
  @HttpCode(200)
  @ApiOperation({ summary: 'Run a dead letter again under its own idempotency key, and wait for its output' })
  @ApiParam(ID)
  @ApiBodyOf(RetryBody)
  @ApiAnswer(ANSWER_AGAIN)
  async retry(
    @Param('id') id: string,
    @ReadBody(RetryBody) { force = false, reason }: RetryBody,
    @CalledBy() caller: Caller,
  ): Promise<AnswerAgain> {
    const letter = await this.letter(id, caller);
    const after = await this.vainRetry(letter, caller);
    const earlier = {
      taskRunId: letter.ofTaskRun,
      operationName: letter.operationName,
      service: letter.service,
      input: letter.input,
      userId: letter.actor.userId,
      tags: letter.tags,
    };
    this.again.check(earlier, { force });
    const retryTaskRunId = randomUUID();
    // Noted before it is run: of two who retry it at once, one is refused.
    await this.ask.for(
      SettleDeadLetter,
      {
        deadLetterId: id,
        as: 'retried',
        retryTaskRunId,
        ...(after === undefined ? {} : { after }),
        ...(reason === undefined ? {} : { reason }),
      },
      caller,
    );
    return this.again.run(
      earlier,
      {
        force,
        flags: letter.flags,
        taskRunId: retryTaskRunId,
        idempotencyKey: letter.idempotencyKey,
      },
      caller,
    );
  }

  @Post(':id/drop')
  @Needs('audit:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Note that a dead letter is not to be retried, by whom and why; it is kept' })
  @ApiParam(ID)
  @ApiBodyOf(DropBody)
  @ApiAnswer(DEAD_LETTER)
  async drop(
    @Param('id') id: string,
    @ReadBody(DropBody) { reason }: DropBody,
    @CalledBy() caller: Caller,
  ): Promise<DeadLetter> {
    const settled = { deadLetterId: id, as: 'dropped', reason } as const;
    return linkedLetter(await this.ask.for(SettleDeadLetter, settled, caller));
  }

  private letter(id: string, caller: Caller): Promise<DeadLetterDto> {
    return this.ask.for(GetDeadLetter, { deadLetterId: id }, caller);
  }

  /** Gives the retry that came to nothing, where there was one. Throws where the letter is not to be retried again. */
  private async vainRetry(letter: DeadLetterDto, caller: Caller): Promise<string | undefined> {
    const { status, retryTaskRunId, settledAt, id } = letter;
    if (status !== 'retried' || retryTaskRunId === null) return undefined;
    const retry = await this.ask
      .for(GetTaskRun, { taskRunId: retryTaskRunId }, caller)
      // It never came to a service: whoever was to call it died, or could not reach it.
      .catch((error: unknown) => {
        if (speaks(error) && error.code === 'audit/not-found') return undefined;
        throw error;
      });
    if (retry && !VAIN.includes(retry.status))
      throw new TerminalError(
        'audit/settled',
        `the dead letter ${id} was retried as ${retryTaskRunId}, which is ${retry.status}`,
      );
    // What was begun just now is not on record yet.
    if (!retry && settledAt !== null && Date.now() - Date.parse(settledAt) < UNTIL_RECORDED_MS)
      throw new TerminalError(
        'audit/settled',
        `the dead letter ${id} was retried as ${retryTaskRunId} a moment ago, of which there is no record yet; ` +
          'should there be none in a minute, it can be retried again',
      );
    return retryTaskRunId;
  }
}
