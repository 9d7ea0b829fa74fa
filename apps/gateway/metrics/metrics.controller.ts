import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { currentMetrics, METRICS_TYPE } from '#libs/telemetry';
import { Needs } from '../identity/needs.decorator.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';
import { MetricsOffError } from './errors.js';

/** The figures of this process, for those who cannot reach its health port. They speak of everybody's work. */
@ApiTags('health')
@Needs('metrics:any')
@Controller('metrics')
export class MetricsController {
  @Get()
  @Header('Content-Type', METRICS_TYPE)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Give the figures of this process in the text format of Prometheus' })
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200, description: 'One line a figure', schema: { type: 'string' } })
  scrape(@ReadQuery(NoQuery) _query: NoQuery): Promise<string> {
    const metrics = currentMetrics();
    if (!metrics) throw new MetricsOffError();
    return metrics.scrape();
  }
}
