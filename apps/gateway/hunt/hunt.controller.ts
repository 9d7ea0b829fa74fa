import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { GetJob, ListJobs, ListJobsInput, ListSources, ListSourcesInput } from '#libs/contracts';
import type { JobDto, JobSummaryDto, ListSourcesOutput } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';

@ApiTags('jobs')
@Controller()
export class HuntController {
  constructor(private readonly ask: Ask) {}

  @Get('jobs')
  @ApiOperation({ summary: ListJobs.description })
  @ApiQueryOf(ListJobsInput)
  async jobs(
    @ReadQuery(ListJobsInput) query: ListJobsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<JobSummaryDto & { readonly links: { readonly self: string } }>> {
    const { items, nextCursor } = await this.ask.for(ListJobs, query, caller);
    const linked = items.map((job) => ({ ...job, links: { self: `/jobs/${job.id}` } }));
    return pageOf(request, { items: linked, nextCursor });
  }

  @Get('jobs/:id')
  @ApiOperation({ summary: GetJob.description })
  @ApiParam({ name: 'id', description: 'Id of the job' })
  job(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<JobDto> {
    return this.ask.for(GetJob, { jobId: id }, caller);
  }

  @Get('sources')
  @ApiOperation({ summary: ListSources.description })
  @ApiQueryOf(ListSourcesInput)
  sources(
    @ReadQuery(ListSourcesInput) query: ListSourcesInput,
    @CalledBy() caller: Caller,
  ): Promise<ListSourcesOutput> {
    return this.ask.for(ListSources, query, caller);
  }
}
