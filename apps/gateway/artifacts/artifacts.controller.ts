import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { GetArtifact, ListArtifacts, ListArtifactsInput } from '#libs/contracts';
import type { ArtifactDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { FlowRunReader } from '../flow-runs/flow-run-reader.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { ARTIFACT } from '../approvals/approval.shapes.js';

export type Artifact = ArtifactDto & { readonly links: { readonly self: string; readonly flowRun: string } };

export const linkedArtifact = (artifact: ArtifactDto): Artifact => ({
  ...artifact,
  links: { self: `/artifacts/${artifact.id}`, flowRun: `/flow-runs/${artifact.flowRunId}` },
});

@ApiTags('artifacts')
@Needs('audit:read')
@Controller('artifacts')
export class ArtifactsController {
  constructor(
    private readonly ask: Ask,
    private readonly runs: FlowRunReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List what flow runs show to people, the newest first' })
  @ApiQueryOf(ListArtifactsInput)
  @ApiPage('ArtifactPage', ARTIFACT)
  async list(
    @ReadQuery(ListArtifactsInput) query: ListArtifactsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Artifact>> {
    const { items, nextCursor } = await this.ask.for(ListArtifacts, query, caller);
    return pageOf(request, { items: items.map((item) => linkedArtifact(item)), nextCursor });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get one artifact with all its data' })
  @ApiParam({ name: 'id', description: 'Id of the artifact' })
  @ApiAnswer(ARTIFACT)
  async get(
    @Param('id') id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<Artifact> {
    const artifact = await this.ask.for(GetArtifact, { artifactId: id }, caller);
    if (!artifact.dataRef) return linkedArtifact(artifact);
    const { flowRunId, seq } = artifact.dataRef;
    const { data } = await this.runs.artifact(flowRunId, seq, caller);
    return linkedArtifact({ ...artifact, data });
  }
}
