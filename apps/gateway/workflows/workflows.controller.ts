import { Body, Controller, Get, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FlowRunDto } from '#libs/contracts';
import { FlowClient } from '#libs/flows';
import { Catalog, TerminalError } from '#libs/operations';
import type { FlowDescription } from '#libs/operations';
import { Broker } from '../asking/broker.js';
import { RunHub } from '../events/run-hub.js';
import { FlowRunReader } from '../flow-runs/flow-run-reader.js';
import { flowRunLinks } from '../flow-runs/links.js';
import type { FlowRunLinks } from '../flow-runs/links.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { partOf, sortsOf } from '../http/part-of-list.js';
import type { Sorting } from '../http/part-of-list.js';
import { PartQuery } from '../query/part-query.js';
import { CalledBy, KnownAs } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import type { Identity } from '../identity/identity.js';
import { Needs } from '../identity/needs.decorator.js';
import { whileKnown } from '../identity/while-known.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { flagsOf, StartQuery } from '../query/run-options.js';
import { findFlows, flowEntry } from './flow-entry.js';
import type { FlowEntry } from './flow-entry.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { STARTED } from '../flow-runs/flow-run.shapes.js';
import { FLOW } from './flow.shapes.js';

const SORTING: Sorting<FlowDescription> = {
  by: { name: ({ name }) => name },
  standard: 'name',
  idOf: ({ name }) => name,
};
const SORTS = sortsOf(Object.keys(SORTING.by));

export class FlowsQuery extends PartQuery {
  @IsOptional()
  @IsString()
  @MaxLength(200)
  tag?: string;

  /** Words that names, description or tags hold. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @IsOptional()
  @IsIn(SORTS)
  sort?: string;
}

/** What starting a flow is answered with. */
export interface StartAnswer {
  readonly runId: string;
  readonly flow: string;
  readonly status: string;
  /** True when the idempotency key had started this run before. */
  readonly existing: boolean;
  /**
   * The run as it stands; null where nobody asked to wait. Where others have gone on with its work, it is the last of
   * them, whose result is the flow's.
   */
  readonly run: FlowRunDto | null;
  readonly links: FlowRunLinks;
}

@ApiTags('workflows')
@Needs('flows:read')
@Controller('workflows')
export class WorkflowsController {
  constructor(
    private readonly catalog: Catalog,
    private readonly flows: FlowClient,
    private readonly runs: FlowRunReader,
    private readonly hub: RunHub,
    private readonly broker: Broker,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the flows that can be started' })
  @ApiQueryOf(FlowsQuery)
  @ApiPage('FlowPage', FLOW)
  list(@ReadQuery(FlowsQuery) query: FlowsQuery, @Req() request: FastifyRequest): Page<FlowEntry> {
    const part = partOf(findFlows(this.catalog.flows(), query), query, SORTING);
    return pageOf(request, { ...part, items: part.items.map(flowEntry) });
  }

  @Get(':flow')
  @ApiOperation({ summary: 'Describe one flow' })
  @ApiParam({ name: 'flow', description: 'Name or alias of the flow' })
  @ApiAnswer(FLOW)
  get(@Param('flow') name: string, @ReadQuery(NoQuery) _query: NoQuery): FlowEntry {
    const flow = this.catalog.flow(name);
    if (flow) return flowEntry(flow);
    throw new TerminalError(
      'flow/unknown',
      `there is no flow ${JSON.stringify(name)}; GET /workflows lists them`,
      [{ field: 'flow', value: name, message: 'expected the name of a flow' }],
    );
  }

  @Post(':flow')
  @Needs('runs:start')
  @ApiOperation({ summary: 'Start a flow' })
  @ApiParam({ name: 'flow', description: 'Name or alias of the flow' })
  @ApiQueryOf(StartQuery)
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key starts the same run, once',
  })
  @ApiAnswer(STARTED, {
    status: 202,
    description: 'The run is accepted',
    headers: { Location: 'Where the run is', 'Retry-After': 'Seconds to wait before looking' },
  })
  @ApiAnswer(STARTED, { description: 'The run has ended within the time to wait' })
  async start(
    @Param('flow') name: string,
    @Body() input: unknown,
    @ReadQuery(StartQuery) query: StartQuery,
    @CalledBy() caller: Caller,
    @KnownAs() identity: Identity,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StartAnswer> {
    const idempotencyKey = idempotencyKeyOf(request.headers);
    const flags = flagsOf(query, request.headers);
    const { runId, flow, existing } = await this.broker.whileThere(`flow ${name} cannot be started`, () =>
      this.flows.start(name, input ?? {}, {
        ...caller,
        flags,
        tags: query.tag ?? [],
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      }),
    );
    const links = flowRunLinks(runId);
    const { wait } = query;
    const { runId: last, end } =
      wait === undefined
        ? { runId, end: undefined }
        : await whileKnown(identity, (over) => this.waitFor(runId, wait, request, over));
    const run = wait === undefined && !existing ? null : (await this.runs.now(last, caller)).run;
    void reply.code(end ? HttpStatus.OK : HttpStatus.ACCEPTED);
    if (!end) void reply.header('Location', links.self).header('Retry-After', '1');
    return { runId, flow, status: run?.status ?? 'pending', existing, run, links };
  }

  /** Waits for the end of a run and of those that go on with its work. A client that goes away ends the waiting. */
  private async waitFor(
    runId: string,
    seconds: number,
    request: FastifyRequest,
    over: AbortSignal,
  ): ReturnType<RunHub['end']> {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    request.raw.socket.once('close', leave);
    try {
      const late = AbortSignal.timeout(seconds * 1_000);
      return await this.hub.end(runId, AbortSignal.any([gone.signal, over, late]));
    } finally {
      request.raw.socket.off('close', leave);
    }
  }
}
