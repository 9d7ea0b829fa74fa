import { Controller, Get, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags, OmitType } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  GetApplication,
  GetApplicationFile,
  ListApplications,
  ListApplicationsInput,
  PrefillForm,
  PrefillFormInput,
  UpdateApplication,
  UpdateApplicationInput,
  WithdrawApplication,
  WithdrawApplicationInput,
} from '#libs/contracts';
import type {
  ApplicationChangeOutput,
  ApplicationDto,
  ApplicationSummaryDto,
  PrefillFormOutput,
} from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiIfMatch, entityTag, ETAG, numberMatchOf, underMatch } from '../http/preconditions.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { sendFile } from './send-file.js';
import { ApiAnswer, ApiFile, ApiPage } from '../docs/answer.decorator.js';
import { APPLICATION, APPLICATION_CHANGE, LISTED_APPLICATION, PREFILLED_FORM } from './hunt.shapes.js';

// Who it is about stands in the path, and whose it is in the request's identity.
class UpdateBody extends OmitType(UpdateApplicationInput, [
  'applicationId',
  'userId',
  'expectedRevision',
] as const) {}
class PrefillBody extends OmitType(PrefillFormInput, ['applicationId', 'userId'] as const) {}
class WithdrawBody extends OmitType(WithdrawApplicationInput, [
  'applicationId',
  'userId',
  'expectedRevision',
] as const) {}

type Linked<T> = T & { readonly links: { readonly self: string } };

const linked = <T extends { readonly id: string }>(application: T): Linked<T> => ({
  ...application,
  links: { self: `/applications/${application.id}` },
});

@ApiTags('applications')
@Needs('applications:read')
@Controller('applications')
export class ApplicationsController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: ListApplications.description })
  @ApiQueryOf(ListApplicationsInput)
  @ApiPage('ApplicationPage', LISTED_APPLICATION)
  async list(
    @ReadQuery(ListApplicationsInput) query: ListApplicationsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<Linked<ApplicationSummaryDto>>> {
    const { items, nextCursor } = await this.ask.for(ListApplications, query, caller);
    return pageOf(request, { items: items.map(linked), nextCursor });
  }

  @Get(':id')
  @ApiOperation({ summary: GetApplication.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiAnswer(APPLICATION, { headers: ETAG })
  async one(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Linked<ApplicationDto>> {
    const application = await this.ask.for(GetApplication, { applicationId: id }, caller);
    if (application.revision !== undefined) void reply.header('ETag', entityTag(application.revision));
    return linked(application);
  }

  @Get(':id/files/:sha256')
  @ApiOperation({ summary: GetApplicationFile.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiParam({ name: 'sha256', description: 'Of an attachment, or the `mailSha256`, in hex' })
  @ApiFile('The file', 'application/pdf', 'image/png', 'message/rfc822')
  async file(
    @Param('id', IdPipe) id: string,
    @Param('sha256', IdPipe) sha256: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const file = await this.ask.for(GetApplicationFile, { applicationId: id, sha256 }, caller);
    return sendFile(reply, { ...file, sha256 });
  }

  @Patch(':id')
  @Needs('applications:write')
  @ApiOperation({ summary: UpdateApplication.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiBodyOf(UpdateBody)
  @ApiIfMatch()
  @ApiAnswer(APPLICATION_CHANGE)
  update(
    @Param('id', IdPipe) id: string,
    @ReadBody(UpdateBody) body: UpdateBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<ApplicationChangeOutput> {
    const expected = numberMatchOf(request);
    const input = { ...body, applicationId: id, ...expecting(expected) };
    return underMatch(expected, () => this.ask.for(UpdateApplication, input, caller));
  }

  @Post(':id/prefill')
  @Needs('applications:write')
  @HttpCode(200)
  @ApiOperation({ summary: PrefillForm.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiBodyOf(PrefillBody)
  @ApiAnswer(PREFILLED_FORM)
  prefill(
    @Param('id', IdPipe) id: string,
    @ReadBody(PrefillBody) body: PrefillBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<PrefillFormOutput> {
    return this.ask.for(PrefillForm, { ...body, applicationId: id }, caller);
  }

  @Post(':id/withdraw')
  @Needs('applications:write')
  @HttpCode(200)
  @ApiOperation({ summary: WithdrawApplication.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiBodyOf(WithdrawBody)
  @ApiIfMatch()
  @ApiAnswer(APPLICATION_CHANGE)
  withdraw(
    @Param('id', IdPipe) id: string,
    @ReadBody(WithdrawBody) body: WithdrawBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<ApplicationChangeOutput> {
    const expected = numberMatchOf(request);
    const input = { ...body, applicationId: id, ...expecting(expected) };
    return underMatch(expected, () => this.ask.for(WithdrawApplication, input, caller));
  }
}

const expecting = (expectedRevision: number | undefined): { expectedRevision?: number } =>
  expectedRevision === undefined ? {} : { expectedRevision };
