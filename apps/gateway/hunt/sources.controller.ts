import { Controller, Delete, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags, IntersectionType, OmitType } from '@nestjs/swagger';
import {
  CheckSources,
  CheckSourcesInput,
  ListSources,
  ListSourcesInput,
  ListWatchedEmployers,
  ListWatchedEmployersInput,
  UnwatchEmployer,
  UnwatchEmployerInput,
  WatchEmployer,
  WatchEmployerInput,
} from '#libs/contracts';
import type {
  CheckSourcesOutput,
  SourceDto,
  WatchedEmployerDto,
  UnwatchEmployerOutput,
  WatchEmployerOutput,
} from '#libs/contracts';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { partOf, sortsOf } from '../http/part-of-list.js';
import type { Sorting } from '../http/part-of-list.js';
import { Ask } from '../asking/ask.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { PartQuery } from '../query/part-query.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { CHECKED_SOURCES, SOURCE, UNWATCHED, WATCHED, WATCHED_EMPLOYER } from './hunt.shapes.js';

const SOURCES_BY: Sorting<SourceDto> = {
  by: { name: ({ name }) => name, title: ({ title }) => title },
  standard: 'name',
  idOf: ({ name }) => name,
};
const WATCHED_BY: Sorting<WatchedEmployerDto> = {
  by: {
    source: ({ source, board }) => `${source} ${board}`,
    watchedSince: ({ watchedSince }) => watchedSince,
  },
  standard: 'source',
  idOf: ({ id }) => id,
};

// Whose watch-list it is stands in the request's identity.
class CheckBody extends OmitType(CheckSourcesInput, ['userId'] as const) {}
class WatchBody extends OmitType(WatchEmployerInput, ['userId'] as const) {}
class SourcesQuery extends IntersectionType(PartQuery, ListSourcesInput) {
  @IsOptional()
  @IsIn(sortsOf(Object.keys(SOURCES_BY.by)))
  sort?: string;
}
class WatchedQuery extends IntersectionType(
  PartQuery,
  OmitType(ListWatchedEmployersInput, ['userId'] as const),
) {
  @IsOptional()
  @IsIn(sortsOf(Object.keys(WATCHED_BY.by)))
  sort?: string;
}
class UnwatchQuery extends OmitType(UnwatchEmployerInput, ['userId'] as const) {}

/** Where openings are searched, and the employers that one watches. */
@ApiTags('sources')
@Needs('jobs:read')
@Controller('sources')
export class SourcesController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: ListSources.description })
  @ApiQueryOf(SourcesQuery)
  @ApiPage('SourcePage', SOURCE)
  async list(
    @ReadQuery(SourcesQuery) query: SourcesQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<SourceDto>> {
    const asked = query.enabled === undefined ? {} : { enabled: query.enabled };
    const { sources } = await this.ask.for(ListSources, asked, caller);
    return pageOf(request, partOf(sources, query, SOURCES_BY));
  }

  @Post('check')
  @Needs('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: CheckSources.description })
  @ApiBodyOf(CheckBody)
  @ApiAnswer(CHECKED_SOURCES)
  check(
    @ReadBody(CheckBody) body: CheckBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<CheckSourcesOutput> {
    return this.ask.for(CheckSources, body, caller);
  }

  @Get('watched')
  @ApiOperation({ summary: ListWatchedEmployers.description })
  @ApiQueryOf(WatchedQuery)
  @ApiPage('WatchedEmployerPage', WATCHED_EMPLOYER)
  async watched(
    @ReadQuery(WatchedQuery) query: WatchedQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<WatchedEmployerDto>> {
    const asked = query.source === undefined ? {} : { source: query.source };
    const { employers } = await this.ask.for(ListWatchedEmployers, asked, caller);
    return pageOf(request, partOf(employers, query, WATCHED_BY));
  }

  @Post('watched')
  @Needs('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: WatchEmployer.description })
  @ApiBodyOf(WatchBody)
  @ApiAnswer(WATCHED)
  watch(
    @ReadBody(WatchBody) body: WatchBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<WatchEmployerOutput> {
    return this.ask.for(WatchEmployer, body, caller);
  }

  @Delete('watched')
  @Needs('jobs:write')
  @ApiOperation({ summary: UnwatchEmployer.description })
  @ApiQueryOf(UnwatchQuery)
  @ApiAnswer(UNWATCHED)
  unwatch(
    @ReadQuery(UnwatchQuery) query: UnwatchQuery,
    @CalledBy() caller: Caller,
  ): Promise<UnwatchEmployerOutput> {
    return this.ask.for(UnwatchEmployer, query, caller);
  }
}
