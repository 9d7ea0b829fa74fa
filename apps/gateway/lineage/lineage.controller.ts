import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DocumentLineage, RunLineage } from '#libs/contracts';
import type { LineageEntryDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { itemShape } from '../docs/output-shape.js';
import { extended, flag, pageShape } from '../docs/shape.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { DocumentLineageQuery, RunLineageQuery } from './lineage.inputs.js';

interface EntryLinks {
  readonly taskRun: string;
  readonly flowRun?: string;
}
type Entry = LineageEntryDto & { readonly links: EntryLinks };

const ENTRY = itemShape('LineageEntry', DocumentLineage.output, { links: ['taskRun', 'flowRun?'] });
const OF_RUN = extended(pageShape('RunLineage', ENTRY), {
  truncated: flag({ description: 'True where the run has more descendants than are looked at' }),
});

/** Follows documents to what has made them, and runs to what they have made. */
@ApiTags('lineage')
@Needs('audit:read')
@Controller('lineage')
export class LineageController {
  constructor(private readonly ask: Ask) {}

  @Get('runs/:id')
  @ApiOperation({ summary: RunLineage.description })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  @ApiQueryOf(RunLineageQuery)
  @ApiAnswer(OF_RUN)
  async ofRun(
    @Param('id', IdPipe) id: string,
    @ReadQuery(RunLineageQuery) query: RunLineageQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Entry> & { readonly truncated: boolean }> {
    const { items, nextCursor, truncated } = await this.ask.for(
      RunLineage,
      { ...query, flowRunId: id },
      caller,
    );
    return { ...pageOf(request, { items: items.map(linked), nextCursor }), truncated };
  }

  @Get(':collection/:documentId')
  @ApiOperation({ summary: DocumentLineage.description })
  @ApiParam({ name: 'collection', description: 'Name of the collection, such as jobs' })
  @ApiParam({ name: 'documentId', description: 'Id of the document' })
  @ApiQueryOf(DocumentLineageQuery)
  @ApiPage('DocumentLineage', ENTRY)
  async ofDocument(
    @Param('collection') collection: string,
    @Param('documentId') documentId: string,
    @ReadQuery(DocumentLineageQuery) query: DocumentLineageQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Entry>> {
    const { items, nextCursor } = await this.ask.for(
      DocumentLineage,
      { ...query, collection, documentId },
      caller,
    );
    return pageOf(request, { items: items.map(linked), nextCursor });
  }
}

function linked(entry: LineageEntryDto): Entry {
  return {
    ...entry,
    links: {
      taskRun: `/task-runs/${entry.taskRunId}`,
      ...(entry.flowRunId ? { flowRun: `/flow-runs/${entry.flowRunId}` } : {}),
    },
  };
}
