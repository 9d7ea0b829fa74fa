import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AnalyticsFlows,
  AnalyticsFlowsInput,
  AnalyticsOperations,
  AnalyticsOperationsInput,
  AnalyticsRun,
  AnalyticsTrend,
  AnalyticsTrendInput,
} from '#libs/contracts';
import type {
  AnalyticsFlowsOutput,
  AnalyticsOperationsOutput,
  AnalyticsRunOutput,
  AnalyticsTrendOutput,
} from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';

@ApiTags('analytics')
@Controller('analytics')
export class AnalyticsController {
  constructor(private readonly ask: Ask) {}

  @Get('flows')
  @ApiOperation({ summary: AnalyticsFlows.description })
  @ApiQueryOf(AnalyticsFlowsInput)
  flows(
    @ReadQuery(AnalyticsFlowsInput) query: AnalyticsFlowsInput,
    @CalledBy() caller: Caller,
  ): Promise<AnalyticsFlowsOutput> {
    return this.ask.for(AnalyticsFlows, query, caller);
  }

  @Get('flow-runs/:id')
  @ApiOperation({ summary: AnalyticsRun.description })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  run(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<AnalyticsRunOutput> {
    return this.ask.for(AnalyticsRun, { flowRunId: id }, caller);
  }

  @Get('operations')
  @ApiOperation({ summary: AnalyticsOperations.description })
  @ApiQueryOf(AnalyticsOperationsInput)
  operations(
    @ReadQuery(AnalyticsOperationsInput) query: AnalyticsOperationsInput,
    @CalledBy() caller: Caller,
  ): Promise<AnalyticsOperationsOutput> {
    return this.ask.for(AnalyticsOperations, query, caller);
  }

  @Get('trend')
  @ApiOperation({ summary: AnalyticsTrend.description })
  @ApiQueryOf(AnalyticsTrendInput)
  trend(
    @ReadQuery(AnalyticsTrendInput) query: AnalyticsTrendInput,
    @CalledBy() caller: Caller,
  ): Promise<AnalyticsTrendOutput> {
    return this.ask.for(AnalyticsTrend, query, caller);
  }
}
