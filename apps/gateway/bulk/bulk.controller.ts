import { Controller, Get, HttpCode, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FlowRunDto } from '#libs/contracts';
import { flowRunLinks } from '../flow-runs/links.js';
import type { FlowRunLinks } from '../flow-runs/links.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
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

type Preview = Omit<BulkPreview, 'first'> & {
  readonly first: readonly (FlowRunDto & { readonly links: FlowRunLinks })[];
};

@ApiTags('flow runs')
@Controller('flow-runs/bulk')
export class BulkController {
  constructor(private readonly bulk: BulkRuns) {}

  @Post('cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask all flow runs that a filter means to end, or say which they are' })
  @ApiBodyOf(BulkInput)
  cancel(
    @ReadBody(BulkInput) input: BulkInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkAnswer | Preview> {
    return this.answer('cancel', input, caller, reply);
  }

  @Post('restart')
  @HttpCode(202)
  @ApiOperation({ summary: 'Restart all flow runs that a filter means, or say which they are' })
  @ApiBodyOf(BulkInput)
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
  async events(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const first = await this.bulk.look(id, caller);
    if (request.method === 'HEAD') {
      void reply.header('Content-Type', 'text/event-stream; charset=utf-8').send();
      return;
    }
    await showProgress(reply, first, () => this.bulk.look(id, caller), this.bulk.signal);
  }

  @Post(':id/stop')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Begin with no further run; what has begun is done, and `stopped` then says how many there were',
  })
  @ApiParam({ name: 'id', description: 'Id of the bulk work' })
  @ApiBodyOf(StopInput)
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
