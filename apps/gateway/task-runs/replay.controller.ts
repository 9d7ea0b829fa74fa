import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { GetTaskRun, TaskRunStatus } from '#libs/contracts';
import { TerminalError } from '#libs/operations';
import { Ask } from '../asking/ask.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { extended, named, text } from '../docs/shape.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { OPERATION_ANSWER } from '../operations/operation.shapes.js';
import { IdPipe } from '../query/id.pipe.js';
import { RunAgain } from './run-again.js';
import type { AnswerAgain } from './run-again.js';

export class ReplayBody {
  /** Runs an operation again that takes effect at most once. */
  @IsOptional()
  @IsBoolean()
  force?: boolean;

  /** Write nothing and call nobody outside; as the execution itself was run where it is left out. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

/** The shape of what an execution that was run again comes to. */
export const ANSWER_AGAIN = named(
  'AnswerAgain',
  extended(OPERATION_ANSWER, { replayOf: text({ description: 'The execution whose input it was given' }) }),
);

const OPEN: readonly string[] = [TaskRunStatus.pending, TaskRunStatus.running];

@ApiTags('task runs')
@Needs('operations:run')
@Controller('task-runs')
export class ReplayController {
  constructor(
    private readonly ask: Ask,
    private readonly again: RunAgain,
  ) {}

  @Post(':id/replay')
  @HttpCode(200)
  @ApiOperation({ summary: 'Run an operation again with the input of a task run, and wait for its output' })
  @ApiParam({ name: 'id', description: 'Id of the task run' })
  @ApiBodyOf(ReplayBody)
  @ApiAnswer(ANSWER_AGAIN)
  async replay(
    @Param('id', IdPipe) id: string,
    @ReadBody(ReplayBody) { force = false, dryRun }: ReplayBody,
    @CalledBy() caller: Caller,
  ): Promise<AnswerAgain> {
    const record = await this.ask.for(GetTaskRun, { taskRunId: id }, caller);
    if (OPEN.includes(record.status))
      throw new TerminalError(
        'gateway/still-running',
        `${id} is ${record.status}: wait for its end before it is run again`,
      );
    const { dryRun: wasDry, testMode, verbose } = record.metadata;
    return this.again.run(
      {
        taskRunId: id,
        operationName: record.operationName,
        service: record.service,
        input: record.inputDump,
        userId: record.actor.userId,
        tags: record.tags,
      },
      { force, flags: { dryRun: dryRun ?? wasDry, testMode, verbose } },
      caller,
    );
  }
}
