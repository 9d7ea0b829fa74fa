import { Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeploymentClient } from '#libs/deployments';
import type { DeploymentInput, DeploymentRef, PutResult } from '#libs/deployments';
import { Broker } from '../asking/broker.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { BadQueryError, PreconditionFailedError } from '../problems/errors.js';
import { speaks } from '../problems/problem.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { deploymentEntry } from './deployment-entry.js';
import type { DeploymentEntry } from './deployment-entry.js';
import { ChangedDeploymentBody, DeploymentBody, DeploymentsQuery, OwnerQuery } from './deployment.inputs.js';
import { DEPLOYMENT, REMOVED } from './deployment.shapes.js';
import { etagOf, expectedBy, ifMatchOf } from './revision-headers.js';

export const FLOW_OF_DEPLOYMENT = { name: 'flow', description: 'Name or alias of the flow' };
export const NAME_OF_DEPLOYMENT = { name: 'name', description: 'Name of the deployment' };
const ETAG = { ETag: 'The revision of the specification, for If-Match' };

/** Names a deployment as the path and the query do. */
export const refOf = (flow: string, name: string, { user }: OwnerQuery): DeploymentRef => ({
  flow,
  name,
  ...(user === undefined ? {} : { owner: user }),
});

@ApiTags('deployments')
@Needs('deployments:read')
@Controller('deployments')
export class DeploymentsController {
  constructor(
    private readonly deployments: DeploymentClient,
    private readonly broker: Broker,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List deployments by flow and name' })
  @ApiQueryOf(DeploymentsQuery)
  @ApiPage('DeploymentPage', DEPLOYMENT)
  async list(
    @ReadQuery(DeploymentsQuery) { user, q, ...query }: DeploymentsQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<DeploymentEntry>> {
    const asked = {
      ...query,
      ...(q === undefined ? {} : { search: q }),
      ...(user === undefined ? {} : { owner: user }),
    };
    const page = await this.ask('deployments cannot be listed', () =>
      asQuery(() => this.deployments.list(asked, caller)),
    );
    return pageOf(request, { ...page, items: page.items.map(deploymentEntry) });
  }

  @Post()
  @Needs('deployments:write')
  @HttpCode(201)
  @ApiOperation({ summary: 'Create a deployment' })
  @ApiBodyOf(DeploymentBody)
  @ApiAnswer(DEPLOYMENT, {
    status: 201,
    description: 'It is there',
    headers: { ...ETAG, Location: 'Where it is' },
  })
  async create(
    @ReadBody(DeploymentBody) spec: DeploymentBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeploymentEntry> {
    const { deployment } = await this.ask(`deployment ${spec.flow}/${spec.name} cannot be created`, () =>
      this.deployments.put(plain(spec), { ...caller, ifAbsent: true }),
    );
    const entry = deploymentEntry(deployment);
    void reply.header('ETag', etagOf(entry)).header('Location', entry.links.self);
    return entry;
  }

  @Get(':flow/:name')
  @ApiOperation({ summary: 'Show a deployment and how it stands' })
  @ApiParam(FLOW_OF_DEPLOYMENT)
  @ApiParam(NAME_OF_DEPLOYMENT)
  @ApiQueryOf(OwnerQuery)
  @ApiAnswer(DEPLOYMENT, { headers: ETAG })
  async get(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(OwnerQuery) query: OwnerQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeploymentEntry> {
    const view = await this.ask(`deployment ${flow}/${name} cannot be read`, () =>
      this.deployments.get(refOf(flow, name, query), caller),
    );
    void reply.header('ETag', etagOf(view));
    return deploymentEntry(view);
  }

  @Put(':flow/:name')
  @Needs('deployments:write')
  @ApiOperation({ summary: 'Put a specification in the place of the one that is there, or where none is' })
  @ApiParam(FLOW_OF_DEPLOYMENT)
  @ApiParam(NAME_OF_DEPLOYMENT)
  @ApiQueryOf(OwnerQuery)
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag that was read, or * for whichever is there; this or If-None-Match is needed',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: '*: only where there is none yet' })
  @ApiBodyOf(ChangedDeploymentBody)
  @ApiAnswer(DEPLOYMENT, { description: 'It was changed, or is so already', headers: ETAG })
  @ApiAnswer(DEPLOYMENT, { status: 201, description: 'It was created', headers: ETAG })
  async put(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadBody(ChangedDeploymentBody) body: ChangedDeploymentBody,
    @ReadQuery(OwnerQuery) query: OwnerQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeploymentEntry> {
    const expected = expectedBy(request.headers);
    const ref = refOf(flow, name, query);
    const spec = { ...plain(body), flow, name };
    const owner = ref.owner === undefined ? {} : { owner: ref.owner };
    const { deployment, change } = await this.ask(`deployment ${flow}/${name} cannot be changed`, () =>
      asPrecondition(async (): Promise<PutResult> => {
        if (expected.kind === 'none')
          return this.deployments.put(spec, { ...caller, ...owner, ifAbsent: true });
        const ifRevision =
          expected.kind === 'revision'
            ? expected.revision
            : (await this.deployments.get(ref, caller)).revision;
        return this.deployments.put(spec, { ...caller, ...owner, ifRevision });
      }),
    );
    const entry = deploymentEntry(deployment);
    void reply.code(change === 'created' ? 201 : 200).header('ETag', etagOf(entry));
    return entry;
  }

  @Delete(':flow/:name')
  @Needs('deployments:write')
  @ApiOperation({ summary: 'Remove a deployment; its runs go on' })
  @ApiParam(FLOW_OF_DEPLOYMENT)
  @ApiParam(NAME_OF_DEPLOYMENT)
  @ApiQueryOf(OwnerQuery)
  @ApiHeader({ name: 'If-Match', required: false, description: 'Only where the ETag is still this one' })
  @ApiAnswer(REMOVED)
  async remove(
    @Param('flow') flow: string,
    @Param('name') name: string,
    @ReadQuery(OwnerQuery) query: OwnerQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<{ readonly flow: string; readonly name: string; readonly removed: boolean }> {
    const expected = ifMatchOf(request.headers);
    const over = expected?.kind === 'revision' ? { ifRevision: expected.revision } : {};
    await this.ask(`deployment ${flow}/${name} cannot be removed`, () =>
      asPrecondition(() => this.deployments.remove(refOf(flow, name, query), { ...caller, ...over })),
    );
    return { flow, name, removed: true };
  }

  private ask<T>(doing: string, work: () => Promise<T>): Promise<T> {
    return this.broker.whileThere(doing, work);
  }
}

/** A checked body is an instance with empty fields; what is sent on is what was said. */
const plain = (body: DeploymentBody | ChangedDeploymentBody): DeploymentInput =>
  JSON.parse(JSON.stringify(body)) as DeploymentInput;

/** What only the orchestrator can judge of a query, as a cursor, is the query's fault all the same. */
async function asQuery<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!speaks(error) || error.code !== 'deployment/invalid' || !error.fields) throw error;
    const fields = error.fields.map((wrong) =>
      wrong.field === 'owner' ? { ...wrong, field: 'userId' } : wrong,
    );
    throw new BadQueryError(fields, { cause: error });
  }
}

/** Where the request itself said what was to be there, a conflict is its precondition that does not hold. */
async function asPrecondition<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (speaks(error) && CONFLICTS.has(error.code))
      throw new PreconditionFailedError(error.message, { cause: error });
    throw error;
  }
}

const CONFLICTS: ReadonlySet<string> = new Set(['deployment/revision-conflict', 'deployment/exists']);
