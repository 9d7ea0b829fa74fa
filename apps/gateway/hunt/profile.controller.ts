import { Controller, Get, Patch, Put, Req } from '@nestjs/common';
import { ApiOperation, ApiTags, OmitType } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  GetProfile,
  GetProfileInput,
  ImportProfile,
  ImportProfileInput,
  ListProfileVersions,
  ListProfileVersionsInput,
  UpdateProfile,
  UpdateProfileInput,
} from '#libs/contracts';
import type { ProfileChangedOutput, ProfileDto, ProfileVersionDto } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';

class ImportBody extends OmitType(ImportProfileInput, ['userId'] as const) {}
class UpdateBody extends OmitType(UpdateProfileInput, ['userId'] as const) {}

/** One's own profile; whose it is stands in the request's identity. */
@ApiTags('profile')
@Controller('profile')
export class ProfileController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: GetProfile.description })
  @ApiQueryOf(GetProfileInput)
  get(@ReadQuery(GetProfileInput) query: GetProfileInput, @CalledBy() caller: Caller): Promise<ProfileDto> {
    return this.ask.for(GetProfile, query, caller);
  }

  @Get('versions')
  @ApiOperation({ summary: ListProfileVersions.description })
  @ApiQueryOf(ListProfileVersionsInput)
  async versions(
    @ReadQuery(ListProfileVersionsInput) query: ListProfileVersionsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<ProfileVersionDto>> {
    return pageOf(request, await this.ask.for(ListProfileVersions, query, caller));
  }

  @Put()
  @ApiOperation({ summary: ImportProfile.description })
  @ApiBodyOf(ImportBody)
  import(
    @ReadBody(ImportBody) body: ImportBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<ProfileChangedOutput> {
    return this.ask.for(ImportProfile, body, caller);
  }

  @Patch()
  @ApiOperation({ summary: UpdateProfile.description })
  @ApiBodyOf(UpdateBody)
  update(
    @ReadBody(UpdateBody) body: UpdateBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<ProfileChangedOutput> {
    return this.ask.for(UpdateProfile, body, caller);
  }
}
