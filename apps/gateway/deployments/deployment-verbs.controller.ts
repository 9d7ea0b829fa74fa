import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeploymentClient } from '#libs/deployments';
import { Broker } from '../asking/broker.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { flowRunLinks } from '../flow-runs/links.js';
import type { FlowRunLinks } from '../flow-runs/links.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { flagsOf } from '../query/run-options.js';
import { idempotencyKeyOf } from '../workflows/idempotency-key.js';
import { deploymentEntry, deploymentLinks, firingEntry } from './deployment-entry.js';
import type { DeploymentEntry, FiringEntry } from './deployment-entry.js';
import { FiringsQuery, NextQuery, OwnerQuery, RunNowBody, RunNowQuery } from './deployment.inputs.js';
import { DEPLOYMENT, FIRINGS, NEXT, RUN_NOW } from './deployment.shapes.js';
import { FLOW_OF_DEPLOYMENT, NAME_OF_DEPLOYMENT, refOf } from './deployments.controller.js';

/** What running a deployment now is answered with. */
export interface RunNowAnswer {
  readonly runId: string;
  readonly flow: string;
  /** Of the deployment. */
  readonly name: string;
  /** True when the idempotency key had started this run before. */
  readonly existing: boolean;
  readonly links: FlowRunLinks & { readonly deployment: string };
}

@ApiTags('deployments')
@Needs('deployments:read')
@Controller('deployments/:flow/:name')
export class DeploymentVerbsController {
  constructor(
    private readonly deployments: DeploymentClient,
    private readonly broker: Broker,
  ) {}

  @Post('pause')
  @HttpCode(200)
  @Needs('deployments:write')
  @ApiOperation({ summary: 'Let a deployment fire no more; its runs go on' })
  @ApiParam(FLOW_OF_DEPLOYMENT)
  @ApiParam(NAME_OF_DEPLOYMENT)
  @ApiQueryOf(OwnerQuery)
  @ApiAnswer(DEPLOYMENT)
  async pause(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(OwnerQuery) query: OwnerQuery,
    @CalledBy() caller: Caller,
  ): Promise<DeploymentEntry> {
    return deploymentEntry(
      await this.broker.whileThere(`deployment ${flow}/${name} cannot be paused`, () =>
        this.deployments.pause(refOf(flow, name, query), caller),
      ),
    );
  }

  @Post('resume')
  @HttpCode(200)
  @Needs('deployments:write')
  @ApiOperation({ summary: 'Let a deployment fire again, from now on' })
  @ApiParam(FLOW_OF_DEPLOYMENT)
  @ApiParam(NAME_OF_DEPLOYMENT)
  @ApiQueryOf(OwnerQuery)
  @ApiAnswer(DEPLOYMENT)
  async resume(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(OwnerQuery) query: OwnerQuery,
    @CalledBy() caller: Caller,
  ): Promise<DeploymentEntry> {
    return deploymentEntry(
      await this.broker.whileThere(`deployment ${flow}/${name} cannot be resumed`, () =>
        this.deployments.resume(refOf(flow, name, query), caller),
      ),
    );
  }

  @Post('run')
  @HttpCode(202)
  @Needs('runs:start')
  @ApiOperation({ summary: 'Start a run of a deployment now, whatever its schedule' })
  @ApiParam(FLOW_OF_DEPLOYMENT)
  @ApiParam(NAME_OF_DEPLOYMENT)
  @ApiQueryOf(RunNowQuery)
  @ApiBodyOf(RunNowBody)
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key starts the same run, once',
  })
  @ApiAnswer(RUN_NOW, {
    status: 202,
    description: 'The run is accepted',
    headers: { Location: 'Where the run is' },
  })
  async run(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadBody(RunNowBody) { parameters }: RunNowBody,
    @ReadQuery(RunNowQuery) query: RunNowQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunNowAnswer> {
    const idempotencyKey = idempotencyKeyOf(request.headers);
    const started = await this.broker.whileThere(`deployment ${flow}/${name} cannot be run`, () =>
      this.deployments.runNow(refOf(flow, name, query), {
        ...caller,
        flags: flagsOf(query, request.headers),
        tags: query.tag ?? [],
        ...(parameters === undefined ? {} : { parameters }),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      }),
    );
    const links = flowRunLinks(started.runId);
    void reply.header('Location', links.self);
    const deployment = deploymentLinks(started.flow, name).self;
    return {
      runId: started.runId,
      flow: started.flow,
      name,
      existing: started.existing,
      links: { ...links, deployment },
    };
  }

  @Get('next')
  @ApiOperation({ summary: 'List the next instants of a deployment, as if it were not paused' })
  @ApiParam(FLOW_OF_DEPLOYMENT)
  @ApiParam(NAME_OF_DEPLOYMENT)
  @ApiQueryOf(NextQuery)
  @ApiAnswer(NEXT)
  async next(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(NextQuery) { count, after, ...query }: NextQuery,
    @CalledBy() caller: Caller,
  ): Promise<{ readonly instants: readonly string[] }> {
    const instants = await this.broker.whileThere(`deployment ${flow}/${name} cannot be read`, () =>
      this.deployments.next(refOf(flow, name, query), {
        ...caller,
        count,
        ...(after === undefined ? {} : { after }),
      }),
    );
    return { instants };
  }

  @Get('firings')
  @ApiOperation({ summary: 'List what a deployment did of late, newest first' })
  @ApiParam(FLOW_OF_DEPLOYMENT)
  @ApiParam(NAME_OF_DEPLOYMENT)
  @ApiQueryOf(FiringsQuery)
  @ApiAnswer(FIRINGS)
  async firings(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(FiringsQuery) { limit, ...query }: FiringsQuery,
    @CalledBy() caller: Caller,
  ): Promise<{ readonly items: readonly FiringEntry[] }> {
    const firings = await this.broker.whileThere(`deployment ${flow}/${name} cannot be read`, () =>
      this.deployments.firings(refOf(flow, name, query), { ...caller, limit }),
    );
    return { items: firings.map(firingEntry) };
  }
}
