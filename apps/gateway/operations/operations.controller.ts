import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Catalog, OperationClient, TerminalError } from '#libs/operations';
import type { OperationDescription } from '#libs/operations';
import { Broker } from '../asking/broker.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { flagsOf, RunOptionsQuery } from '../query/run-options.js';
import { answerOf } from './operation-answer.js';
import type { OperationAnswer } from './operation-answer.js';
import { fits, operationEntry } from './operation-entry.js';
import type { OperationEntry } from './operation-entry.js';

export class OperationsQuery {
  @IsOptional()
  @IsString()
  @MaxLength(200)
  tag?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  category?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  service?: string;

  /** Words that name, description, category, service or tags hold. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;
}

@ApiTags('operations')
@Controller('operations')
export class OperationsController {
  constructor(
    private readonly catalog: Catalog,
    private readonly operations: OperationClient,
    private readonly broker: Broker,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the operations of all services' })
  @ApiQueryOf(OperationsQuery)
  list(
    @ReadQuery(OperationsQuery) query: OperationsQuery,
    @Req() request: FastifyRequest,
  ): Page<OperationEntry> {
    const found = query.q === undefined ? this.catalog.list() : this.catalog.search(query.q);
    return pageOf(request, { items: found.filter((entry) => fits(query, entry)).map(operationEntry) });
  }

  @Get(':name')
  @ApiOperation({ summary: 'Describe one operation' })
  @ApiParam({ name: 'name', description: 'Name of the operation' })
  get(@Param('name') name: string, @ReadQuery(NoQuery) _query: NoQuery): OperationEntry {
    return operationEntry(this.entry(name));
  }

  @Post(':name')
  @HttpCode(200)
  @ApiOperation({ summary: 'Run an operation and wait for its output' })
  @ApiParam({ name: 'name', description: 'Name of the operation' })
  @ApiQueryOf(RunOptionsQuery)
  async run(
    @Param('name') name: string,
    @Body() input: unknown,
    @ReadQuery(RunOptionsQuery) query: RunOptionsQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<OperationAnswer> {
    const entry = this.entry(name);
    const flags = flagsOf(query, request.headers);
    const call = await this.broker.whileThere(`${name} cannot be run`, () =>
      this.operations.callByName(entry.service, name, input ?? {}, {
        ...caller,
        flags,
        tags: query.tag ?? [],
      }),
    );
    return answerOf(entry, call);
  }

  private entry(name: string): OperationDescription {
    const entry = this.catalog.get(name);
    if (entry) return entry;
    throw new TerminalError(
      'operation/unknown',
      `there is no operation ${JSON.stringify(name)}; GET /operations lists them`,
      [{ field: 'name', value: name, message: 'expected the name of an operation' }],
    );
  }
}
