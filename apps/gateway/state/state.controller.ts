import { Controller, Delete, Get, Param, Put, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { FlowClient } from '#libs/flows';
import type { KeptState } from '#libs/flows';
import { Broker } from '../asking/broker.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { BadBodyError, UnknownStateError } from '../problems/errors.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';

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
@Controller('workflows/:flow/state')
export class StateController {
  constructor(
    private readonly flows: FlowClient,
    private readonly broker: Broker,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List what a flow keeps over its runs' })
  @ApiParam(FLOW)
  async list(
    @Param('flow') flow: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<StateAnswer>> {
    const states = await this.ask(flow, () => this.flows.listStates(flow, caller));
    return pageOf(request, { items: states.map((state) => stateAnswer(flow, state)) });
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get one value that a flow keeps over its runs' })
  @ApiParam(FLOW)
  @ApiParam(NAME)
  async get(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<StateAnswer> {
    const state = await this.ask(flow, () => this.flows.getState(flow, name, caller));
    if (!state.found) throw new UnknownStateError(flow, name);
    return stateAnswer(flow, state);
  }

  @Put(':name')
  @ApiOperation({ summary: 'Set a value that a flow keeps over its runs' })
  @ApiParam(FLOW)
  @ApiParam(NAME)
  @ApiBodyOf(StateInput)
  async set(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadBody(StateInput) input: StateInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<StateAnswer> {
    if (!Object.hasOwn(input, 'value'))
      throw new BadBodyError([
        { field: 'value', message: 'is missing: expected any JSON, such as {"value": 7}' },
      ]);
    const { value } = input;
    return stateAnswer(flow, await this.ask(flow, () => this.flows.setState(flow, name, value, caller)));
  }

  @Delete(':name')
  @ApiOperation({ summary: 'Forget a value that a flow keeps over its runs' })
  @ApiParam(FLOW)
  @ApiParam(NAME)
  async reset(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<StateAnswer> {
    return stateAnswer(flow, await this.ask(flow, () => this.flows.resetState(flow, name, caller)));
  }

  private ask<T>(flow: string, work: () => Promise<T>): Promise<T> {
    return this.broker.whileThere(`the state of flow ${flow} cannot be reached`, work);
  }
}

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
