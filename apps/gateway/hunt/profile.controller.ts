import { Controller, Get, Patch, Put, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags, OmitType } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
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
import {
  ApiIfMatch,
  ApiIfNoneMatch,
  entityTag,
  ETAG,
  isForNew,
  numberMatchOf,
  unchanged,
  underMatch,
} from '../http/preconditions.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { PROFILE, PROFILE_CHANGE, PROFILE_VERSION } from './hunt.shapes.js';

class ImportBody extends OmitType(ImportProfileInput, ['userId', 'expectedVersion'] as const) {}
class UpdateBody extends OmitType(UpdateProfileInput, ['userId'] as const) {}

/** One's own profile; whose it is stands in the request's identity. */
@ApiTags('profile')
@Needs('profile:read')
@Controller('profile')
export class ProfileController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: GetProfile.description })
  @ApiQueryOf(GetProfileInput)
  @ApiIfNoneMatch()
  @ApiAnswer(PROFILE, { headers: ETAG })
  async get(
    @ReadQuery(GetProfileInput) query: GetProfileInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProfileDto | undefined> {
    const profile = await this.ask.for(GetProfile, query, caller);
    return unchanged(request, reply, profile.version) ? undefined : profile;
  }

  @Get('versions')
  @ApiOperation({ summary: ListProfileVersions.description })
  @ApiQueryOf(ListProfileVersionsInput)
  @ApiPage('ProfileVersionPage', PROFILE_VERSION)
  async versions(
    @ReadQuery(ListProfileVersionsInput) query: ListProfileVersionsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<ProfileVersionDto>> {
    return pageOf(request, await this.ask.for(ListProfileVersions, query, caller));
  }

  @Put()
  @Needs('profile:write')
  @ApiOperation({ summary: ImportProfile.description })
  @ApiBodyOf(ImportBody)
  @ApiIfMatch()
  @ApiHeader({ name: 'If-None-Match', required: false, description: '*: only where there is none yet' })
  @ApiAnswer(PROFILE_CHANGE, { headers: ETAG })
  async import(
    @ReadBody(ImportBody) body: ImportBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProfileChangedOutput> {
    const expectedVersion = isForNew(request) ? 0 : numberMatchOf(request, 'exact');
    return this.change(reply, expectedVersion, () =>
      this.ask.for(
        ImportProfile,
        { ...body, ...(expectedVersion === undefined ? {} : { expectedVersion }) },
        caller,
      ),
    );
  }

  @Patch()
  @Needs('profile:write')
  @ApiOperation({ summary: UpdateProfile.description })
  @ApiBodyOf(UpdateBody)
  @ApiIfMatch()
  @ApiAnswer(PROFILE_CHANGE, { headers: ETAG })
  async update(
    @ReadBody(UpdateBody) body: UpdateBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProfileChangedOutput> {
    const expectedVersion = numberMatchOf(request);
    return this.change(reply, expectedVersion, () =>
      this.ask.for(
        UpdateProfile,
        { ...body, ...(expectedVersion === undefined ? {} : { expectedVersion }) },
        caller,
      ),
    );
  }

  /** A dry run names no version that is there. */
  private async change(
    reply: FastifyReply,
    expectedVersion: number | undefined,
    work: () => Promise<ProfileChangedOutput>,
  ): Promise<ProfileChangedOutput> {
    const changed = await underMatch(expectedVersion, work);
    if (changed.profileId !== null) void reply.header('ETag', entityTag(changed.version));
    return changed;
  }
}
