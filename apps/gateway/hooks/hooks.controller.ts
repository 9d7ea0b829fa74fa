import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { MOST_HOOK_BYTES } from '#libs/deployments';
import { isId } from '#libs/run-log';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { SIGNED } from '../docs/refusals.js';
import { AS_IT_CAME, readJson, readText } from '../http/body.js';
import { traceOfRequest } from '../http/request-trace.js';
import { Open } from '../identity/needs.decorator.js';
import { RateLimits } from '../limits/rate-limits.js';
import { TooLargeError } from '../problems/errors.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';
import { UnknownHookError } from './errors.js';
import { TAKEN } from './hook.shapes.js';
import { HookDeliveries } from './hook-deliveries.js';

/** What a signed request is answered with. */
export interface TakenAnswer {
  readonly eventId: string;
}

/** Whoever calls is known by the signature alone. */
@ApiTags('triggers')
@Controller('hooks')
export class HooksController {
  constructor(
    private readonly deliveries: HookDeliveries,
    private readonly limits: RateLimits,
  ) {}

  @Post(':deploymentId')
  @Open()
  @HttpCode(202)
  @RouteConfig(AS_IT_CAME)
  @ApiExtension(SIGNED, true)
  @ApiOperation({ summary: 'Take a signed request for a deployment that has a trigger for it' })
  @ApiParam({ name: 'deploymentId', description: 'Id of the deployment, as its `links.hook` says' })
  @ApiHeader({ name: 'webhook-id', required: false, description: 'Of Standard Webhooks' })
  @ApiHeader({ name: 'webhook-timestamp', required: false, description: 'Of Standard Webhooks: in seconds' })
  @ApiHeader({ name: 'webhook-signature', required: false, description: 'Of Standard Webhooks' })
  @ApiHeader({ name: 'X-GitHub-Delivery', required: false, description: 'Of GitHub' })
  @ApiHeader({ name: 'X-Hub-Signature-256', required: false, description: 'Of GitHub' })
  @ApiConsumes('application/json', 'text/plain')
  @ApiBody({
    required: true,
    schema: { description: 'What has happened, as JSON or (text/plain) as text: the data of the event' },
  })
  @ApiAnswer(TAKEN, { status: 202, description: 'It is stored, and starts its run' })
  async take(
    @Param('deploymentId') deploymentId: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @Req() request: FastifyRequest,
  ): Promise<TakenAnswer> {
    // What cannot be an id is answered as what is none.
    if (!isId(deploymentId)) throw new UnknownHookError();
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const delivery = { headers: request.headers, body: readText(bytes) };
    const trace = traceOfRequest(request);
    const verified = await this.verified(deploymentId, delivery, request);
    const data = dataOf(bytes, delivery.body, request.headers['content-type']);
    return { eventId: await this.deliveries.hand(deploymentId, verified, data, trace) };
  }

  private async verified(
    deploymentId: string,
    delivery: Parameters<HookDeliveries['verify']>[1],
    request: FastifyRequest,
  ): ReturnType<HookDeliveries['verify']> {
    try {
      return await this.deliveries.verify(deploymentId, delivery, traceOfRequest(request));
    } catch (error) {
      await this.limits.failed(error, request.ip);
      throw error;
    }
  }
}

/** Reads what was delivered. Throws MalformedJsonError, MediaTypeError or TooLargeError. */
function dataOf(bytes: Buffer, text: string, mediaType = ''): unknown {
  const data = /^text\//i.test(mediaType) ? text : (readJson(bytes, mediaType) ?? null);
  if (Buffer.byteLength(JSON.stringify(data)) > MOST_HOOK_BYTES) throw new TooLargeError(MOST_HOOK_BYTES);
  return data;
}
