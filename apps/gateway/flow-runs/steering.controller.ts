import { createHash } from 'node:crypto';
import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FlowClient, resolutionOf } from '#libs/flows';
import type { Steered } from '#libs/flows';
import { flowRunId } from '#libs/run-log';
import type { FlowRunId, RunHistory } from '#libs/run-log';
import { Broker } from '../asking/broker.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';
import { idempotencyKeyOf } from '../workflows/idempotency-key.js';
import { FlowRunReader } from './flow-run-reader.js';
import { flowRunLinks } from './links.js';
import type { FlowRunLinks } from './links.js';
import { answeredBy, seenBy } from './run-access.js';
import { runFromLog } from './run-from-log.js';
import { ApprovalInput, approvalRef, ReasonInput, RestartInput, ResumeInput } from './steering.inputs.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { RESTARTED, STEERED } from './flow-run.shapes.js';

/** What is answered once a request is stored; the run acts on it when its turn comes. */
export interface SteerAnswer {
  /** Where it went: the run itself, or the last of those that have gone on with its work. */
  readonly runId: string;
  /** How that run stood when it was asked. */
  readonly status: string;
  /** True where the very same had been said a moment before. */
  readonly duplicate: boolean;
  /** What a person should know of it. */
  readonly note: string | null;
  readonly links: FlowRunLinks;
}

export interface RestartAnswer {
  /** The new run. */
  readonly runId: string;
  readonly flow: string;
  readonly restartedFrom: string;
  /** True when the idempotency key had started the new run before. */
  readonly existing: boolean;
  readonly links: FlowRunLinks;
}

const RUN = { name: 'id', description: 'Id of the flow run' };
const ACCEPTED = {
  status: 202,
  description: 'The request is stored; the run acts on it when its turn comes',
};

@ApiTags('flow runs')
@Needs('runs:steer')
@Controller('flow-runs/:id')
export class SteeringController {
  constructor(
    private readonly flows: FlowClient,
    private readonly runs: FlowRunReader,
    private readonly broker: Broker,
  ) {}

  @Post('signals/:name')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send a signal to a flow run; it counts also before the flow waits for it' })
  @ApiParam(RUN)
  @ApiParam({ name: 'name', description: 'Name of the signal' })
  @ApiBody({ required: false, schema: {}, description: 'What the signal carries: any JSON' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key is the same signal' })
  @ApiAnswer(STEERED, ACCEPTED)
  async signal(
    @Param('id', IdPipe) id: string,
    @Param('name') name: string,
    @Body() payload: unknown,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<SteerAnswer> {
    const key = idempotencyKeyOf(request.headers);
    const said = { ...caller, ...(key === undefined ? {} : { id: sha256(key) }) };
    return this.steer(id, caller, (runId) => this.flows.signal(runId, name, payload ?? null, said));
  }

  @Post('approvals/:nameOrStep')
  @Needs('approvals:answer')
  @HttpCode(202)
  @ApiOperation({ summary: 'Approve or decline what a flow run asks for' })
  @ApiParam(RUN)
  @ApiParam({ name: 'nameOrStep', description: 'Name of the approval, or the number of its step' })
  @ApiBodyOf(ApprovalInput)
  @ApiAnswer(STEERED, ACCEPTED)
  async answer(
    @Param('id', IdPipe) id: string,
    @Param('nameOrStep') nameOrStep: string,
    @ReadBody(ApprovalInput) input: ApprovalInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<SteerAnswer> {
    const last = await this.runs.last(id, answeredBy(caller.actor));
    // Whoever is let in to this run need not be let in to the one that goes on with its work from now on.
    const said = { ...input, ...caller, follow: false };
    return this.ask(id, last, () =>
      this.flows.answerApproval(last.runId, approvalRef(nameOrStep, last), said),
    );
  }

  @Post('pause')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask a flow run to take nothing more until it is resumed' })
  @ApiParam(RUN)
  @ApiBodyOf(ReasonInput)
  @ApiAnswer(STEERED, ACCEPTED)
  pause(
    @Param('id', IdPipe) id: string,
    @ReadBody(ReasonInput) input: ReasonInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<SteerAnswer> {
    return this.steer(id, caller, (runId) => this.flows.pause(runId, { ...input, ...caller }));
  }

  @Post('resume')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Let a paused or halted flow run go on, and say what became of tasks whose outcome is unknown',
  })
  @ApiParam(RUN)
  @ApiBodyOf(ResumeInput)
  @ApiAnswer(STEERED, ACCEPTED)
  resume(
    @Param('id', IdPipe) id: string,
    @ReadBody(ResumeInput) { resolutions }: ResumeInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<SteerAnswer> {
    const said = resolutions ? { resolutions: resolutions.map(resolutionOf) } : {};
    return this.steer(id, caller, (runId) => this.flows.resume(runId, { ...said, ...caller }));
  }

  @Post('cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask a flow run to end; it may clean up, unless it is asked twice' })
  @ApiParam(RUN)
  @ApiBodyOf(ReasonInput)
  @ApiAnswer(STEERED, ACCEPTED)
  cancel(
    @Param('id', IdPipe) id: string,
    @ReadBody(ReasonInput) input: ReasonInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<SteerAnswer> {
    return this.steer(id, caller, (runId) => this.flows.cancel(runId, { ...input, ...caller }));
  }

  @Post('restart')
  @Needs('runs:start')
  @HttpCode(202)
  @ApiOperation({ summary: 'Start a new run that begins with what an ended one has done' })
  @ApiParam(RUN)
  @ApiBodyOf(RestartInput)
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key is the same new run' })
  @ApiAnswer(RESTARTED, {
    status: 202,
    description: 'The new run is accepted',
    headers: { Location: 'Where the new run is' },
  })
  async restart(
    @Param('id', IdPipe) id: string,
    @ReadBody(RestartInput) input: RestartInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RestartAnswer> {
    const idempotencyKey = idempotencyKeyOf(request.headers);
    await this.runs.now(id, caller);
    const { runId, flow, existing } = await this.broker.whileThere(`flow run ${id} cannot be restarted`, () =>
      this.flows.restart(flowRunId(id), {
        ...input,
        ...caller,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      }),
    );
    const links = flowRunLinks(runId);
    void reply.header('Location', links.self);
    return { runId, flow, restartedFrom: id, existing, links };
  }

  private async steer(
    id: string,
    caller: Caller,
    request: (runId: FlowRunId) => Promise<Steered>,
  ): Promise<SteerAnswer> {
    // All runs of a chain are of the same person.
    const last = await this.runs.last(id, seenBy(caller.actor));
    return this.ask(id, last, () => request(flowRunId(id)));
  }

  private async ask(id: string, last: RunHistory, request: () => Promise<Steered>): Promise<SteerAnswer> {
    const status = runFromLog(last)?.run.status ?? 'pending';
    const { runId, duplicate, note } = await this.broker.whileThere(`flow run ${id} cannot be told`, request);
    return { runId, status, duplicate, note: note ?? null, links: flowRunLinks(runId) };
  }
}

/** Keys may be longer than what a message is known by. */
const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex');
