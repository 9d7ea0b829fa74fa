import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { GetLogStorage, GetRebuild, StartRebuild } from '#libs/contracts';
import type { GetLogStorageOutput, RebuildStateDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';
import { LOG_STORAGE, REBUILD } from './audit.shapes.js';

/** What administrators do to the records, and what they look at before they do. */
@ApiTags('audit')
@Needs('audit:admin')
@Controller('audit')
export class AuditController {
  constructor(private readonly ask: Ask) {}

  @Get('storage')
  @ApiOperation({ summary: GetLogStorage.description })
  @ApiAnswer(LOG_STORAGE)
  storage(@ReadQuery(NoQuery) _query: NoQuery, @CalledBy() caller: Caller): Promise<GetLogStorageOutput> {
    return this.ask.for(GetLogStorage, {}, caller);
  }

  @Post('rebuild')
  @HttpCode(202)
  @ApiOperation({ summary: StartRebuild.description })
  @ApiAnswer(REBUILD, { status: 202, description: 'It has begun' })
  start(@ReadQuery(NoQuery) _query: NoQuery, @CalledBy() caller: Caller): Promise<RebuildStateDto> {
    return this.ask.for(StartRebuild, {}, caller);
  }

  @Get('rebuild')
  @ApiOperation({ summary: GetRebuild.description })
  @ApiAnswer(REBUILD)
  rebuild(@ReadQuery(NoQuery) _query: NoQuery, @CalledBy() caller: Caller): Promise<RebuildStateDto> {
    return this.ask.for(GetRebuild, {}, caller);
  }
}
