import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags, OmitType } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  BulkDeleteJobs,
  BulkDeleteJobsInput,
  CreateJobsBatch,
  CreateJobsBatchInput,
  GetJob,
  ListJobs,
  ListJobsInput,
  MatchJob,
  MatchJobInput,
  ScrapeUrl,
  ScrapeUrlInput,
  SearchJobs,
  SearchJobsInput,
  UnmergeJobs,
  UnmergeJobsInput,
  UpdateJob,
} from '#libs/contracts';
import type {
  BulkDeleteJobsOutput,
  CreateJobsBatchOutput,
  JobDto,
  JobSummaryDto,
  ListJobsOutput,
  MatchJobOutput,
  ScrapeOutput,
  UnmergeJobsOutput,
  UpdateJobOutput,
} from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiIfMatch, entityTag, ETAG, matchOf, underMatch } from '../http/preconditions.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { BadBodyError } from '../problems/errors.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { DryRunQuery, JobChanges, UnknownJobError } from './job-changes.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import {
  CREATED_JOBS,
  DELETED_JOBS,
  WHOLE_JOB,
  JOB_CHANGE,
  JOB_MATCH,
  LISTED_JOB,
  SCRAPED,
  UNMERGED_JOBS,
} from './hunt.shapes.js';

// Whose they are stands in the request's identity, and which one in the path.
class CreateBody extends OmitType(CreateJobsBatchInput, ['userId'] as const) {}
class DeleteBody extends OmitType(BulkDeleteJobsInput, ['userId', 'expectedRevision'] as const) {}
class MatchBody extends OmitType(MatchJobInput, ['jobId', 'userId'] as const) {}
class UrlBody extends OmitType(ScrapeUrlInput, ['userId'] as const) {}
class UnmergeBody extends OmitType(UnmergeJobsInput, ['jobId', 'userId'] as const) {}

type Linked = JobSummaryDto & { readonly links: { readonly self: string } };

const JOB = { name: 'id', description: 'Id of the job' };

@ApiTags('jobs')
@Needs('jobs:read')
@Controller('jobs')
export class JobsController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: ListJobs.description })
  @ApiQueryOf(ListJobsInput)
  @ApiPage('JobPage', LISTED_JOB)
  async list(
    @ReadQuery(ListJobsInput) query: ListJobsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Linked>> {
    return linkedPage(request, await this.ask.for(ListJobs, query, caller));
  }

  @Get('search')
  @ApiOperation({ summary: SearchJobs.description })
  @ApiQueryOf(SearchJobsInput)
  @ApiPage('JobPage', LISTED_JOB)
  async search(
    @ReadQuery(SearchJobsInput) query: SearchJobsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Linked>> {
    return linkedPage(request, await this.ask.for(SearchJobs, query, caller));
  }

  @Post()
  @Needs('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: CreateJobsBatch.description })
  @ApiBodyOf(CreateBody)
  @ApiAnswer(CREATED_JOBS)
  create(
    @ReadBody(CreateBody) body: CreateBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<CreateJobsBatchOutput> {
    return this.ask.for(CreateJobsBatch, body, caller);
  }

  @Post('from-url')
  @Needs('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: ScrapeUrl.description })
  @ApiBodyOf(UrlBody)
  @ApiAnswer(SCRAPED)
  fromUrl(
    @ReadBody(UrlBody) body: UrlBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<ScrapeOutput> {
    return this.ask.for(ScrapeUrl, body, caller);
  }

  @Post('bulk-delete')
  @Needs('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: BulkDeleteJobs.description })
  @ApiBodyOf(DeleteBody)
  @ApiAnswer(DELETED_JOBS)
  bulkDelete(
    @ReadBody(DeleteBody) body: DeleteBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<BulkDeleteJobsOutput> {
    return this.ask.for(BulkDeleteJobs, body, caller);
  }

  @Get(':id')
  @ApiOperation({ summary: GetJob.description })
  @ApiParam(JOB)
  @ApiAnswer(WHOLE_JOB, { headers: ETAG })
  async get(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return tagged(reply, await this.ask.for(GetJob, { jobId: id }, caller));
  }

  @Patch(':id')
  @Needs('jobs:write')
  @ApiOperation({ summary: UpdateJob.description })
  @ApiParam(JOB)
  @ApiBodyOf(JobChanges)
  @ApiIfMatch()
  @ApiAnswer(JOB_CHANGE, { headers: ETAG })
  async update(
    @Param('id', IdPipe) id: string,
    @ReadBody(JobChanges) { status, notes, dryRun }: JobChanges,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UpdateJobOutput> {
    if (status === undefined && notes === undefined)
      throw new BadBodyError([{ field: 'status', value: undefined, message: 'must be given, or notes' }]);
    const changes = {
      ...(status === undefined ? {} : { status }),
      ...(notes === undefined ? {} : { notes }),
    };
    const match = matchOf(request);
    const asked = {
      jobId: id,
      changes,
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(match === undefined || match === 'any' ? {} : { expectedRevision: match.tag }),
    };
    const changed = await underMatch(match, () => this.ask.for(UpdateJob, asked, caller));
    if (!dryRun) tagged(reply, changed.job);
    return changed;
  }

  @Delete(':id')
  @Needs('jobs:write')
  @ApiOperation({ summary: 'Delete a job' })
  @ApiParam(JOB)
  @ApiQueryOf(DryRunQuery)
  @ApiIfMatch()
  @ApiAnswer(DELETED_JOBS)
  async delete(
    @Param('id', IdPipe) id: string,
    @ReadQuery(DryRunQuery) query: DryRunQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<BulkDeleteJobsOutput> {
    const match = matchOf(request);
    const asked = {
      jobIds: [id],
      ...query,
      ...(match === undefined || match === 'any' ? {} : { expectedRevision: match.tag }),
    };
    const answer = await underMatch(match, () => this.ask.for(BulkDeleteJobs, asked, caller));
    const [error] = answer.errors;
    if (error) throw new UnknownJobError(id, error.message);
    return answer;
  }

  @Post(':id/match')
  @Needs('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: MatchJob.description })
  @ApiParam(JOB)
  @ApiBodyOf(MatchBody)
  @ApiAnswer(JOB_MATCH)
  match(
    @Param('id', IdPipe) id: string,
    @ReadBody(MatchBody) body: MatchBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<MatchJobOutput> {
    return this.ask.for(MatchJob, { ...body, jobId: id }, caller);
  }

  @Post(':id/unmerge')
  @Needs('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: UnmergeJobs.description })
  @ApiParam(JOB)
  @ApiBodyOf(UnmergeBody)
  @ApiAnswer(UNMERGED_JOBS)
  unmerge(
    @Param('id', IdPipe) id: string,
    @ReadBody(UnmergeBody) body: UnmergeBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<UnmergeJobsOutput> {
    return this.ask.for(UnmergeJobs, { ...body, jobId: id }, caller);
  }
}

/** Names in the answer's headers what the person says of the job. */
function tagged(reply: FastifyReply, job: JobDto): JobDto {
  if (job.revision !== undefined) void reply.header('ETag', entityTag(job.revision));
  return job;
}

function linkedPage(request: FastifyRequest, { items, nextCursor }: ListJobsOutput): Page<Linked> {
  const linked = items.map((job) => ({ ...job, links: { self: `/jobs/${job.id}` } }));
  return pageOf(request, { items: linked, nextCursor });
}
