import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags, OmitType } from '@nestjs/swagger';
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
  ListSourcesOutput,
  ListWatchedEmployersOutput,
  UnwatchEmployerOutput,
  WatchEmployerOutput,
} from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';

// Whose watch-list it is stands in the request's identity.
class CheckBody extends OmitType(CheckSourcesInput, ['userId'] as const) {}
class WatchBody extends OmitType(WatchEmployerInput, ['userId'] as const) {}
class WatchedQuery extends OmitType(ListWatchedEmployersInput, ['userId'] as const) {}
class UnwatchQuery extends OmitType(UnwatchEmployerInput, ['userId'] as const) {}

/** Where openings are searched, and the employers that one watches. */
@ApiTags('sources')
@Controller('sources')
export class SourcesController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: ListSources.description })
  @ApiQueryOf(ListSourcesInput)
  list(
    @ReadQuery(ListSourcesInput) query: ListSourcesInput,
    @CalledBy() caller: Caller,
  ): Promise<ListSourcesOutput> {
    return this.ask.for(ListSources, query, caller);
  }

  @Post('check')
  @HttpCode(200)
  @ApiOperation({ summary: CheckSources.description })
  @ApiBodyOf(CheckBody)
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
  watched(
    @ReadQuery(WatchedQuery) query: WatchedQuery,
    @CalledBy() caller: Caller,
  ): Promise<ListWatchedEmployersOutput> {
    return this.ask.for(ListWatchedEmployers, query, caller);
  }

  @Post('watched')
  @HttpCode(200)
  @ApiOperation({ summary: WatchEmployer.description })
  @ApiBodyOf(WatchBody)
  watch(
    @ReadBody(WatchBody) body: WatchBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<WatchEmployerOutput> {
    return this.ask.for(WatchEmployer, body, caller);
  }

  @Delete('watched')
  @ApiOperation({ summary: UnwatchEmployer.description })
  @ApiQueryOf(UnwatchQuery)
  unwatch(
    @ReadQuery(UnwatchQuery) query: UnwatchQuery,
    @CalledBy() caller: Caller,
  ): Promise<UnwatchEmployerOutput> {
    return this.ask.for(UnwatchEmployer, query, caller);
  }
}
