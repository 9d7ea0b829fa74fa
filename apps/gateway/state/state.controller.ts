import { Controller, Delete, Get, Param, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Allow, IsIn, IsOptional } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FlowClient } from '#libs/flows';
import type { KeptState } from '#libs/flows';
import { Broker } from '../asking/broker.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { partOf, sortsOf } from '../http/part-of-list.js';
import type { Sorting } from '../http/part-of-list.js';
import {
  ApiIfMatch,
  ApiIfNoneMatch,
  entityTag,
  ETAG,
  matchOf,
  unchanged,
  underMatch,
} from '../http/preconditions.js';
import type { Match } from '../http/preconditions.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { BadBodyError, UnknownStateError } from '../problems/errors.js';
import { NoQuery } from '../query/no-query.js';
import { PartQuery } from '../query/part-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { STATE } from './state.shapes.js';

const SORTING: Sorting<KeptState> = {
  by: { name: ({ name }) => name, keptAt: ({ at }) => at ?? null },
  standard: 'name',
  idOf: ({ name }) => name,
};
const SORTS = sortsOf(Object.keys(SORTING.by));

export class StatesQuery extends PartQuery {
  @IsOptional()
  @IsIn(SORTS)
  sort?: string;
}

export class StateInput {
  /** Any JSON; null too is a value. */
  @Allow()
  value: unknown;
}

/** A value that a flow keeps over its runs, for one user. */
export interface StateAnswer {
  readonly flow: string;
  readonly name: string;
  /** False where nothing is kept, so that the next run begins with its initial value. */
  readonly found: boolean;
  readonly value: unknown;
  /** The run that kept it; null where a person did. */
  readonly runId: string | null;
  /** ISO 8601. */
  readonly keptAt: string | null;
  readonly links: { readonly self: string; readonly flowRun?: string };
}

const FLOW = { name: 'flow', description: 'Name or alias of the flow' };
const NAME = { name: 'name', description: 'Name of the value' };

@ApiTags('state')
@Needs('state:read')
@Controller('workflows/:flow/state')
export class StateController {
  constructor(
    private readonly flows: FlowClient,
    private readonly broker: Broker,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List what a flow keeps over its runs' })
  @ApiParam(FLOW)
  @ApiQueryOf(StatesQuery)
  @ApiPage('StatePage', STATE)
  async list(
    @Param('flow') flow: string,
    @ReadQuery(StatesQuery) query: StatesQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<StateAnswer>> {
    const states = await this.ask(flow, () => this.flows.listStates(flow, caller));
    const part = partOf(states, query, SORTING);
    return pageOf(request, { ...part, items: part.items.map((state) => stateAnswer(flow, state)) });
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get one value that a flow keeps over its runs' })
  @ApiParam(FLOW)
  @ApiParam(NAME)
  @ApiIfNoneMatch()
  @ApiAnswer(STATE, { headers: ETAG })
  async get(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StateAnswer | undefined> {
    const state = await this.ask(flow, () => this.flows.getState(flow, name, caller));
    if (!state.found) throw new UnknownStateError(flow, name);
    const { revision } = state;
    return revision !== undefined && unchanged(request, reply, revision)
      ? undefined
      : stateAnswer(flow, state);
  }

  @Put(':name')
  @Needs('state:write')
  @ApiOperation({ summary: 'Set a value that a flow keeps over its runs' })
  @ApiParam(FLOW)
  @ApiParam(NAME)
  @ApiBodyOf(StateInput)
  @ApiIfMatch()
  @ApiAnswer(STATE, { headers: ETAG })
  async set(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadBody(StateInput) input: StateInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StateAnswer> {
    if (!Object.hasOwn(input, 'value'))
      throw new BadBodyError([
        { field: 'value', message: 'is missing: expected any JSON, such as {"value": 7}' },
      ]);
    const { value } = input;
    const match = matchOf(request);
    const by = { ...caller, ...condition(match) };
    const set = await underMatch(match, () =>
      this.ask(flow, () => this.flows.setState(flow, name, value, by)),
    );
    if (set.revision !== undefined) void reply.header('ETag', entityTag(set.revision));
    return stateAnswer(flow, set);
  }

  @Delete(':name')
  @Needs('state:write')
  @ApiOperation({ summary: 'Forget a value that a flow keeps over its runs' })
  @ApiParam(FLOW)
  @ApiParam(NAME)
  @ApiIfMatch()
  @ApiAnswer(STATE)
  async reset(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<StateAnswer> {
    const match = matchOf(request);
    const by = { ...caller, ...condition(match) };
    const reset = await underMatch(match, () => this.ask(flow, () => this.flows.resetState(flow, name, by)));
    return stateAnswer(flow, reset);
  }

  private ask<T>(flow: string, work: () => Promise<T>): Promise<T> {
    return this.broker.whileThere(`the state of flow ${flow} cannot be reached`, work);
  }
}

const condition = (match: Match | undefined): { ifRevision?: string } =>
  match === undefined ? {} : { ifRevision: match === 'any' ? '*' : match.tag };

function stateAnswer(flow: string, { name, found, value, runId, at }: KeptState): StateAnswer {
  const self = `/workflows/${encodeURIComponent(flow)}/state/${encodeURIComponent(name)}`;
  return {
    flow,
    name,
    found,
    value: value ?? null,
    runId: runId ?? null,
    keptAt: at === undefined ? null : new Date(at).toISOString(),
    links: { self, ...(runId ? { flowRun: `/flow-runs/${runId}` } : {}) },
  };
}
