import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DeploymentClient } from '#libs/deployments';
import { Broker } from '../asking/broker.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { BadHeaderError } from '../problems/errors.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';
import { idempotencyKeyOf } from '../workflows/idempotency-key.js';
import { LONGEST_ID, SaidEventBody } from './said-event.inputs.js';
import { SAID } from './said-event.shapes.js';

/** What saying an event is answered with. */
export interface SaidAnswer {
  readonly id: string;
}

@ApiTags('triggers')
@Needs('events:write')
@Controller('events')
export class SaidEventsController {
  constructor(
    private readonly deployments: DeploymentClient,
    private readonly broker: Broker,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Say that something has happened, to those of your deployments that wait for it' })
  @ApiBodyOf(SaidEventBody)
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The id of the event, where the body says none: 1 to 128 characters',
  })
  @ApiAnswer(SAID, { status: 202, description: 'It is stored; whoever waits for it is woken by it' })
  async say(
    @ReadBody(SaidEventBody) { type, data, id, source }: SaidEventBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<SaidAnswer> {
    const as = id ?? keyOf(request);
    const event = {
      type,
      data: data ?? null,
      ...(as === undefined ? {} : { id: as }),
      ...(source === undefined ? {} : { source }),
    };
    const said = await this.broker.whileThere(`event ${type} cannot be said`, () =>
      this.deployments.emit(event, caller),
    );
    return { id: said.id };
  }
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = idempotencyKeyOf(headers);
  if (key !== undefined && key.length > LONGEST_ID)
    throw new BadHeaderError(
      'Idempotency-Key',
      key,
      `expected ${LONGEST_ID} characters at most, for it becomes the id of the event`,
    );
  return key;
}
