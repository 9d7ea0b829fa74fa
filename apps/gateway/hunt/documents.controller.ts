import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
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
import type { DocumentDto, DocumentSummaryDto, TemplateDto } from '#libs/contracts';
import { IsIn, IsOptional } from 'class-validator';
import { partOf, sortsOf } from '../http/part-of-list.js';
import type { Sorting } from '../http/part-of-list.js';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { PartQuery } from '../query/part-query.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { sendFile } from './send-file.js';
import { ApiAnswer, ApiFile, ApiPage } from '../docs/answer.decorator.js';
import { DOCUMENT, LISTED_DOCUMENT, TEMPLATE } from './hunt.shapes.js';

const TEMPLATES_BY: Sorting<TemplateDto> = {
  by: { name: ({ name }) => name, title: ({ title }) => title },
  standard: 'name',
  idOf: ({ name, kind }) => `${kind} ${name}`,
};
class TemplatesQuery extends IntersectionType(PartQuery, OmitType(ListTemplatesInput, ['userId'] as const)) {
  @IsOptional()
  @IsIn(sortsOf(Object.keys(TEMPLATES_BY.by)))
  sort?: string;
}
class FileQuery extends PickType(GetDocumentInput, ['format'] as const) {}

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

type Linked<T> = T & { readonly links: { readonly self: string; readonly file: string } };

const linked = <T extends Pick<DocumentSummaryDto, 'id' | 'kind'>>(document: T): Linked<T> => ({
  ...document,
  links: {
    self: `/documents/${document.kind === 'cv' ? 'cvs' : 'letters'}/${document.id}`,
    file: `/documents/${document.id}/file`,
  },
});

@ApiTags('documents')
@Needs('documents:read')
@Controller('documents')
export class DocumentsController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: ListDocuments.description })
  @ApiQueryOf(ListDocumentsInput)
  @ApiPage('DocumentPage', LISTED_DOCUMENT)
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
  @ApiQueryOf(TemplatesQuery)
  @ApiPage('TemplatePage', TEMPLATE)
  async templates(
    @ReadQuery(TemplatesQuery) query: TemplatesQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<TemplateDto>> {
    const asked = query.kind === undefined ? {} : { kind: query.kind };
    const { items } = await this.ask.for(ListTemplates, asked, caller);
    return pageOf(request, partOf(items, query, TEMPLATES_BY));
  }

  @Get('cvs/:id')
  @ApiOperation({ summary: GetCv.description })
  @ApiParam({ name: 'id', description: 'Id of the CV' })
  @ApiAnswer(DOCUMENT)
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
  @ApiAnswer(DOCUMENT)
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
  @ApiFile('The CV or letter', 'application/pdf', DOCX, 'text/html', 'text/markdown', 'image/png')
  async file(
    @Param('id', IdPipe) id: string,
    @ReadQuery(FileQuery) { format }: FileQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return sendFile(reply, await this.ask.for(GetDocument, { documentId: id, format }, caller));
  }
}
