import { Body, Controller, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Catalog, OperationClient, TerminalError } from '#libs/operations';
import type { CallAnswer, OperationDescription } from '#libs/operations';
import { Broker } from '../asking/broker.js';
import { pageOf } from '../http/page.js';
import { partOf, sortsOf } from '../http/part-of-list.js';
import type { Sorting } from '../http/part-of-list.js';
import { PartQuery } from '../query/part-query.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { flagsOf, RunOptionsQuery } from '../query/run-options.js';
import { idempotencyKeyOf } from '../workflows/idempotency-key.js';
import { CatalogTexts } from './catalog-texts.js';
import { KeptAnswers } from './kept-answers.js';
import { answerOf } from './operation-answer.js';
import type { OperationAnswer } from './operation-answer.js';
import { fits, operationEntry } from './operation-entry.js';
import type { OperationEntry } from './operation-entry.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { OPERATION, OPERATION_ANSWER } from './operation.shapes.js';

const SORTING: Sorting<OperationDescription> = {
  by: {
    name: ({ name }) => name,
    service: ({ service }) => service,
    category: ({ category }) => category,
  },
  standard: 'name',
  idOf: ({ name }) => name,
};
const SORTS = sortsOf(Object.keys(SORTING.by));

export class OperationsQuery extends PartQuery {
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

  @IsOptional()
  @IsIn(SORTS)
  sort?: string;
}

@ApiTags('operations')
@Needs('operations:read')
@Controller('operations')
export class OperationsController {
  constructor(
    private readonly catalog: Catalog,
    private readonly operations: OperationClient,
    private readonly broker: Broker,
    private readonly kept: KeptAnswers,
    private readonly texts: CatalogTexts,
  ) {}

  @Get()
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'List the operations of all services' })
  @ApiQueryOf(OperationsQuery)
  @ApiPage('OperationPage', OPERATION)
  list(@ReadQuery(OperationsQuery) query: OperationsQuery, @Req() request: FastifyRequest): Buffer {
    return this.texts.of(request.url, () => {
      const found = query.q === undefined ? this.catalog.list() : this.catalog.search(query.q);
      const part = partOf(
        found.filter((entry) => fits(query, entry)),
        query,
        SORTING,
      );
      return pageOf(request, { ...part, items: part.items.map(operationEntry) });
    });
  }

  @Get(':name')
  @ApiOperation({ summary: 'Describe one operation' })
  @ApiParam({ name: 'name', description: 'Name of the operation' })
  @ApiAnswer(OPERATION)
  get(@Param('name') name: string, @ReadQuery(NoQuery) _query: NoQuery): OperationEntry {
    return operationEntry(this.entry(name));
  }

  @Post(':name')
  @Needs('operations:run')
  @HttpCode(200)
  @ApiOperation({ summary: 'Run an operation and wait for its output' })
  @ApiParam({ name: 'name', description: 'Name of the operation' })
  @ApiQueryOf(RunOptionsQuery)
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key gets the first answer again, for a day; 1 to 200 printable ASCII characters',
  })
  @ApiAnswer(OPERATION_ANSWER, {
    description: 'What it gave; `success: false` in its output is status `failed`',
  })
  async run(
    @Param('name') name: string,
    @Body() input: unknown,
    @ReadQuery(RunOptionsQuery) query: RunOptionsQuery,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<OperationAnswer> {
    const entry = this.entry(name);
    const key = idempotencyKeyOf(request.headers);
    const flags = flagsOf(query, request.headers);
    const tags = query.tag ?? [];
    const options = { ...caller, flags, tags };
    const run = (more: { readonly idempotencyKey?: string }): Promise<CallAnswer> =>
      this.operations.callByName(entry.service, name, input ?? {}, { ...options, ...more });
    const { userId } = caller.actor;
    const asked = { input: input ?? {}, flags, tags };
    const { timeoutMs } = entry;
    const call = await this.broker.whileThere(`${name} cannot be run`, () =>
      key === undefined
        ? run({})
        : this.kept.once({ userId, key, operation: name, asked, timeoutMs }, (idempotencyKey) =>
            run({ idempotencyKey }),
          ),
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
