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
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { sendFile } from './send-file.js';

// Who it is about stands in the path, and whose it is in the request's identity.
class UpdateBody extends OmitType(UpdateApplicationInput, ['applicationId', 'userId'] as const) {}
class PrefillBody extends OmitType(PrefillFormInput, ['applicationId', 'userId'] as const) {}
class WithdrawBody extends OmitType(WithdrawApplicationInput, ['applicationId', 'userId'] as const) {}

type Linked<T> = T & { readonly links: { readonly self: string } };

const linked = <T extends { readonly id: string }>(application: T): Linked<T> => ({
  ...application,
  links: { self: `/applications/${application.id}` },
});

@ApiTags('applications')
@Controller('applications')
export class ApplicationsController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: ListApplications.description })
  @ApiQueryOf(ListApplicationsInput)
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
  async one(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<Linked<ApplicationDto>> {
    return linked(await this.ask.for(GetApplication, { applicationId: id }, caller));
  }

  @Get(':id/files/:sha256')
  @ApiOperation({ summary: GetApplicationFile.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiParam({ name: 'sha256', description: 'Of an attachment, or the `mailSha256`, in hex' })
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
  @ApiOperation({ summary: UpdateApplication.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiBodyOf(UpdateBody)
  update(
    @Param('id', IdPipe) id: string,
    @ReadBody(UpdateBody) body: UpdateBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<ApplicationChangeOutput> {
    return this.ask.for(UpdateApplication, { ...body, applicationId: id }, caller);
  }

  @Post(':id/prefill')
  @HttpCode(200)
  @ApiOperation({ summary: PrefillForm.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiBodyOf(PrefillBody)
  prefill(
    @Param('id', IdPipe) id: string,
    @ReadBody(PrefillBody) body: PrefillBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<PrefillFormOutput> {
    return this.ask.for(PrefillForm, { ...body, applicationId: id }, caller);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @ApiOperation({ summary: WithdrawApplication.description })
  @ApiParam({ name: 'id', description: 'Id of the application' })
  @ApiBodyOf(WithdrawBody)
  withdraw(
    @Param('id', IdPipe) id: string,
    @ReadBody(WithdrawBody) body: WithdrawBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<ApplicationChangeOutput> {
    return this.ask.for(WithdrawApplication, { ...body, applicationId: id }, caller);
  }
}
