import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListFlowRuns, ListFlowRunsInput, ListTaskRuns, ListTaskRunsInput } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { ApiFile } from '../docs/answer.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { jsonLines, type ReadPage } from './json-lines.js';

const MEDIA_TYPE = 'application/x-ndjson';

/** Records as JSON lines, from the first made to the last. */
@ApiTags('audit')
@Needs('audit:read')
@Controller('audit/export')
export class ExportController {
  constructor(private readonly ask: Ask) {}

  @Get('task-runs')
  @ApiOperation({ summary: 'Export the records of tasks and direct calls as JSON lines, the oldest first' })
  @ApiQueryOf(ListTaskRunsInput, 'limit', 'cursor', 'sort')
  @ApiFile('One record a line', MEDIA_TYPE)
  taskRuns(
    @ReadQuery(ListTaskRunsInput) query: ListTaskRunsInput,
    @CalledBy() caller: Caller,
  ): Promise<StreamableFile> {
    return stream((part) => this.ask.for(ListTaskRuns, { ...query, sort: 'createdAt', ...part }, caller));
  }

  @Get('flow-runs')
  @ApiOperation({ summary: 'Export the records of flow runs as JSON lines, the oldest first' })
  @ApiQueryOf(ListFlowRunsInput, 'limit', 'cursor', 'sort')
  @ApiFile('One record a line', MEDIA_TYPE)
  flowRuns(
    @ReadQuery(ListFlowRunsInput) query: ListFlowRunsInput,
    @CalledBy() caller: Caller,
  ): Promise<StreamableFile> {
    return stream((part) => this.ask.for(ListFlowRuns, { ...query, sort: 'createdAt', ...part }, caller));
  }
}

/** What cannot be asked for is refused before the answer begins; what breaks later breaks the connection. */
async function stream(read: ReadPage): Promise<StreamableFile> {
  return new StreamableFile(Readable.from(await jsonLines(read)), { type: MEDIA_TYPE });
}
