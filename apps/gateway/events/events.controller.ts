import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FlowRunReader } from '../flow-runs/flow-run-reader.js';
import { CalledBy, KnownAs } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { endWith } from '../identity/end-with.js';
import type { Identity } from '../identity/identity.js';
import { Needs } from '../identity/needs.decorator.js';
import { BadHeaderError } from '../problems/errors.js';
import { IdPipe } from '../query/id.pipe.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { replySink } from './reply-sink.js';
import { RunHub } from './run-hub.js';
import { retryAfter } from './sse-format.js';
import { ApiEvents } from '../docs/answer.decorator.js';

export class EventsQuery {
  /** For clients that cannot set the header Last-Event-ID. */
  @IsOptional()
  @IsInt()
  @Min(0)
  lastEventId?: number;

  /** False leaves progress and log lines out. */
  @IsOptional()
  @IsBoolean()
  live?: boolean;
}

/** What a browser waits before it connects again, in milliseconds. */
const RETRY_MS = 1_000;

@ApiTags('flow runs')
@Needs('audit:read')
@Controller('flow-runs')
export class EventsController {
  constructor(
    private readonly runs: FlowRunReader,
    private readonly hub: RunHub,
  ) {}

  @Get(':id/events')
  @ApiOperation({ summary: 'Follow a flow run as Server-Sent Events, from its beginning or behind an event' })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  @ApiQueryOf(EventsQuery)
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Resume behind this event' })
  @ApiProduces('text/event-stream')
  @ApiEvents('One message for each event of the run, then `end`')
  async events(
    @Param('id', IdPipe) id: string,
    @ReadQuery(EventsQuery) query: EventsQuery,
    @CalledBy() caller: Caller,
    @KnownAs() identity: Identity,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { last } = await this.runs.history(id, caller);
    const after = resumeAfter(request.headers['last-event-id'], query, last);
    reply.hijack();
    const response = reply.raw;
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    endWith(identity, response);
    response.write(retryAfter(RETRY_MS));
    await this.hub.view(id, replySink(response), { after, live: query.live ?? true });
  }
}

function resumeAfter(header: string | string[] | undefined, query: EventsQuery, last: number): number {
  const said = header === undefined || header === '' ? query.lastEventId : header;
  if (said === undefined) return 0;
  const text = String(said);
  if (!/^\d{1,15}$/.test(text) || Number(text) > last)
    throw new BadHeaderError(
      'Last-Event-ID',
      text.slice(0, 100),
      `expected the id of an event of this run, at most ${last}`,
    );
  return Number(text);
}
