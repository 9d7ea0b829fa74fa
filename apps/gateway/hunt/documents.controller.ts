import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags, PickType } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  GetCv,
  GetDocument,
  GetDocumentInput,
  GetLetter,
  ListDocuments,
  ListDocumentsInput,
  ListTemplates,
  ListTemplatesInput,
} from '#libs/contracts';
import type { DocumentDto, DocumentSummaryDto, ListTemplatesOutput } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { sendFile } from './send-file.js';

class FileQuery extends PickType(GetDocumentInput, ['format'] as const) {}

type Linked<T> = T & { readonly links: { readonly self: string; readonly file: string } };

const linked = <T extends Pick<DocumentSummaryDto, 'id' | 'kind'>>(document: T): Linked<T> => ({
  ...document,
  links: {
    self: `/documents/${document.kind === 'cv' ? 'cvs' : 'letters'}/${document.id}`,
    file: `/documents/${document.id}/file`,
  },
});

@ApiTags('documents')
@Controller('documents')
export class DocumentsController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: ListDocuments.description })
  @ApiQueryOf(ListDocumentsInput)
  async list(
    @ReadQuery(ListDocumentsInput) query: ListDocumentsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Linked<DocumentSummaryDto>>> {
    const { items, nextCursor } = await this.ask.for(ListDocuments, query, caller);
    return pageOf(request, { items: items.map(linked), nextCursor });
  }

  @Get('templates')
  @ApiOperation({ summary: ListTemplates.description })
  @ApiQueryOf(ListTemplatesInput)
  templates(
    @ReadQuery(ListTemplatesInput) query: ListTemplatesInput,
    @CalledBy() caller: Caller,
  ): Promise<ListTemplatesOutput> {
    return this.ask.for(ListTemplates, query, caller);
  }

  @Get('cvs/:id')
  @ApiOperation({ summary: GetCv.description })
  @ApiParam({ name: 'id', description: 'Id of the CV' })
  async cv(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<Linked<DocumentDto>> {
    return linked(await this.ask.for(GetCv, { cvId: id }, caller));
  }

  @Get('letters/:id')
  @ApiOperation({ summary: GetLetter.description })
  @ApiParam({ name: 'id', description: 'Id of the letter' })
  async letter(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<Linked<DocumentDto>> {
    return linked(await this.ask.for(GetLetter, { letterId: id }, caller));
  }

  @Get(':id/file')
  @ApiOperation({ summary: GetDocument.description })
  @ApiParam({ name: 'id', description: 'Id of the CV or letter' })
  @ApiQueryOf(FileQuery)
  async file(
    @Param('id', IdPipe) id: string,
    @ReadQuery(FileQuery) { format }: FileQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return sendFile(reply, await this.ask.for(GetDocument, { documentId: id, format }, caller));
  }
}
