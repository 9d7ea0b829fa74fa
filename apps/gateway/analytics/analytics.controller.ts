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
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { FLOW_STATISTICS, OPERATION_STATISTICS, RUN_STATISTICS, TREND } from './analytics.shapes.js';

@ApiTags('analytics')
@Needs('audit:read')
@Controller('analytics')
export class AnalyticsController {
  constructor(private readonly ask: Ask) {}

  @Get('flows')
  @ApiOperation({ summary: AnalyticsFlows.description })
  @ApiQueryOf(AnalyticsFlowsInput)
  @ApiAnswer(FLOW_STATISTICS)
  flows(
    @ReadQuery(AnalyticsFlowsInput) query: AnalyticsFlowsInput,
    @CalledBy() caller: Caller,
  ): Promise<AnalyticsFlowsOutput> {
    return this.ask.for(AnalyticsFlows, query, caller);
  }

  @Get('flow-runs/:id')
  @ApiOperation({ summary: AnalyticsRun.description })
  @ApiParam({ name: 'id', description: 'Id of the flow run' })
  @ApiAnswer(RUN_STATISTICS)
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
  @ApiAnswer(OPERATION_STATISTICS)
  operations(
    @ReadQuery(AnalyticsOperationsInput) query: AnalyticsOperationsInput,
    @CalledBy() caller: Caller,
  ): Promise<AnalyticsOperationsOutput> {
    return this.ask.for(AnalyticsOperations, query, caller);
  }

  @Get('trend')
  @ApiOperation({ summary: AnalyticsTrend.description })
  @ApiQueryOf(AnalyticsTrendInput)
  @ApiAnswer(TREND)
  trend(
    @ReadQuery(AnalyticsTrendInput) query: AnalyticsTrendInput,
    @CalledBy() caller: Caller,
  ): Promise<AnalyticsTrendOutput> {
    return this.ask.for(AnalyticsTrend, query, caller);
  }
}
