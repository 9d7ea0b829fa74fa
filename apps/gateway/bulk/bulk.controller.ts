import { Controller, Get, HttpCode, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FlowRunDto } from '#libs/contracts';
import { flowRunLinks } from '../flow-runs/links.js';
import type { FlowRunLinks } from '../flow-runs/links.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy, KnownAs } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { endWith } from '../identity/end-with.js';
import type { Identity } from '../identity/identity.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { BulkRuns } from './bulk-runs.js';
import type { BulkPreview } from './bulk-targets.js';
import { bulkAnswer, linked, showProgress } from './bulk-view.js';
import type { BulkAnswer, ListedBulk } from './bulk-view.js';
import { isOver } from './bulk-work.js';
import type { BulkActionName } from './bulk-work.js';
import { BulkInput, ListBulkInput, StopInput, checkFilter } from './bulk.inputs.js';
import { ApiAnswer, ApiEvents, ApiPage } from '../docs/answer.decorator.js';
import { BULK_PREVIEW, BULK_SUMMARY, BULK_WORK } from './bulk.shapes.js';

type Preview = Omit<BulkPreview, 'first'> & {
  readonly first: readonly (FlowRunDto & { readonly links: FlowRunLinks })[];
};

const BEGUN = {
  status: 202,
  description: 'It is being done; Location tells how far it is',
  headers: { Location: 'Where it is told how far it is', 'Retry-After': 'Seconds to wait before looking' },
};

@ApiTags('flow runs')
@Needs('audit:read')
@Controller('flow-runs/bulk')
export class BulkController {
  constructor(private readonly bulk: BulkRuns) {}

  @Post('cancel')
  @Needs('runs:steer')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask all flow runs that a filter means to end, or say which they are' })
  @ApiBodyOf(BulkInput)
  @ApiAnswer(BULK_WORK, BEGUN)
  @ApiAnswer(BULK_PREVIEW, { description: 'With `dryRun`: what would be done' })
  cancel(
    @ReadBody(BulkInput) input: BulkInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkAnswer | Preview> {
    return this.answer('cancel', input, caller, reply);
  }

  @Post('restart')
  @Needs('runs:start')
  @HttpCode(202)
  @ApiOperation({ summary: 'Restart all flow runs that a filter means, or say which they are' })
  @ApiBodyOf(BulkInput)
  @ApiAnswer(BULK_WORK, BEGUN)
  @ApiAnswer(BULK_PREVIEW, { description: 'With `dryRun`: what would be done' })
  restart(
    @ReadBody(BulkInput) input: BulkInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkAnswer | Preview> {
    return this.answer('restart', input, caller, reply);
  }

  @Get()
  @ApiOperation({ summary: 'List bulk cancels and restarts, the latest first; they are kept for a week' })
  @ApiQueryOf(ListBulkInput)
  @ApiPage('BulkPage', BULK_SUMMARY)
  async list(
    @ReadQuery(ListBulkInput) query: ListBulkInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<ListedBulk>> {
    const { items, nextCursor } = await this.bulk.list(query, caller);
    return pageOf(request, { items: items.map(linked), nextCursor });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Tell how far a bulk cancel or restart is; it is kept for a week' })
  @ApiParam({ name: 'id', description: 'Id of the bulk work' })
  @ApiAnswer(BULK_WORK)
  async get(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<BulkAnswer> {
    return bulkAnswer((await this.bulk.look(id, caller)).work);
  }

  @Get(':id/events')
  @ApiOperation({ summary: 'Follow a bulk cancel or restart as Server-Sent Events: `progress`, then `end`' })
  @ApiParam({ name: 'id', description: 'Id of the bulk work' })
  @ApiProduces('text/event-stream')
  @ApiEvents('`progress` with the whole of it whenever it has changed, then `end`')
  async events(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @KnownAs() identity: Identity,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const first = await this.bulk.look(id, caller);
    if (request.method === 'HEAD') {
      void reply.header('Content-Type', 'text/event-stream; charset=utf-8').send();
      return;
    }
    endWith(identity, reply.raw);
    await showProgress(reply, first, () => this.bulk.look(id, caller), this.bulk.signal);
  }

  @Post(':id/stop')
  @Needs('runs:steer')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Begin with no further run; what has begun is done, and `stopped` then says how many there were',
  })
  @ApiParam({ name: 'id', description: 'Id of the bulk work' })
  @ApiBodyOf(StopInput)
  @ApiAnswer(BULK_WORK, BEGUN)
  @ApiAnswer(BULK_WORK, { description: 'It is over already' })
  async stop(
    @Param('id', IdPipe) id: string,
    @ReadBody(StopInput) _body: StopInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkAnswer> {
    const answer = bulkAnswer((await this.bulk.stop(id, caller)).work);
    if (isOver(answer)) void reply.code(HttpStatus.OK);
    else void reply.header('Location', answer.links.self).header('Retry-After', '1');
    return answer;
  }

  private async answer(
    action: BulkActionName,
    input: BulkInput,
    caller: Caller,
    reply: FastifyReply,
  ): Promise<BulkAnswer | Preview> {
    checkFilter(input);
    if (input.dryRun) {
      const preview = await this.bulk.preview(action, input, caller);
      void reply.code(HttpStatus.OK);
      return { ...preview, first: preview.first.map((run) => ({ ...run, links: flowRunLinks(run.id) })) };
    }
    const answer = bulkAnswer((await this.bulk.begin(action, input, caller)).work);
    void reply.header('Location', answer.links.self).header('Retry-After', '1');
    return answer;
  }
}
