import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { FlowClient } from '#libs/flows';
import type { LeftStep, Undone, UndoStep } from '#libs/flows';
import { flowRunId } from '#libs/run-log';
import { Broker } from '../asking/broker.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { anything, flag, integer, linksTo, list, named, object, orNull, text } from '../docs/shape.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { FlowRunReader } from './flow-run-reader.js';
import { flowRunLinks } from './links.js';
import type { FlowRunLinks } from './links.js';

export class UndoInput {
  /** Only tells what would be done. */
  @IsOptional()
  @IsBoolean()
  preview?: boolean;
}

export interface UndoAnswer {
  readonly undoes: string;
  readonly flow: string;
  /** In the order in which it is undone: last first. */
  readonly steps: readonly {
    readonly step: number;
    readonly name: string;
    /** The task that undoes it, its operation, and what it is given. */
    readonly by: { readonly task: string; readonly service: string; readonly operation: string };
    readonly input: unknown;
  }[];
  readonly left: readonly LeftStep[];
  /** The run that undoes it; null where there is nothing to undo, or only a preview was asked for. */
  readonly runId: string | null;
  /** True where it had been asked for before. */
  readonly existing: boolean;
  readonly links: FlowRunLinks | null;
}

const UNDO = named(
  'Undo',
  object({
    undoes: text(),
    flow: text(),
    steps: list(
      object({
        step: integer(),
        name: text(),
        by: object({ task: text(), service: text(), operation: text() }),
        input: anything('What the task that undoes it is given'),
      }),
      { description: 'In the order in which it is undone: last first' },
    ),
    left: list(object({ step: integer(), name: text(), why: text() }), {
      description: 'What stays as it is, and why',
    }),
    runId: orNull(text({ description: 'The run that undoes it, where there is one' })),
    existing: flag({ description: 'True where it had been asked for before' }),
    links: orNull(linksTo(...Object.keys(flowRunLinks('')))),
  }),
);

/** Undoes finished runs. */
@ApiTags('flow runs')
@Needs('runs:steer')
@Controller('flow-runs/:id')
export class UndoController {
  constructor(
    private readonly flows: FlowClient,
    private readonly broker: Broker,
    private readonly runs: FlowRunReader,
  ) {}

  @Post('undo')
  @HttpCode(202)
  @ApiOperation({ summary: 'Undo what an ended run has done, last first, or only tell what that would be' })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  @ApiBodyOf(UndoInput)
  @ApiAnswer(UNDO, { description: 'What would be done' })
  @ApiAnswer(UNDO, { status: 202, description: 'It is being done, by a run of its own' })
  async undo(
    @Param('id', IdPipe) id: string,
    @ReadBody(UndoInput) { preview = false }: UndoInput,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UndoAnswer> {
    await this.runs.history(id, caller);
    const runId = flowRunId(id);
    const undone: Undone = await this.broker.whileThere(`flow run ${id} cannot be undone`, () =>
      preview ? this.flows.previewUndo(runId, caller) : this.flows.undo(runId, caller),
    );
    const links = undone.run ? flowRunLinks(undone.run.runId) : null;
    if (links) void reply.header('Location', links.self);
    else void reply.status(200);
    return {
      undoes: id,
      flow: undone.flow,
      steps: undone.steps.map(stepAnswer),
      left: undone.left,
      runId: undone.run?.runId ?? null,
      existing: undone.run?.existing ?? false,
      links,
    };
  }
}

function stepAnswer({ step, name, undoing, input }: UndoStep): UndoAnswer['steps'][number] {
  const { name: task, service, operation } = undoing;
  return { step, name, by: { task, service, operation }, input };
}
