import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Open } from '../identity/needs.decorator.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';
import { DependencyCheck } from './dependencies.js';
import type { Dependencies } from './dependencies.js';
import { GatewayLife } from './gateway-life.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { HEALTH, LIFE } from './health.shapes.js';

export interface Health {
  /** `degraded`: it answers, but some requests will be refused. `stopping`: send it nothing more. */
  readonly status: 'ok' | 'degraded' | 'down' | 'stopping';
  readonly service: 'gateway';
  readonly dependencies: Dependencies;
}

@ApiTags('health')
@Open()
@Controller('health')
export class HealthController {
  constructor(
    private readonly check: DependencyCheck,
    private readonly life: GatewayLife,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Tell whether the process answers' })
  @ApiAnswer(LIFE)
  live(@ReadQuery(NoQuery) _query: NoQuery): {
    readonly status: 'ok';
    readonly service: 'gateway';
    readonly uptimeSeconds: number;
  } {
    return { status: 'ok', service: 'gateway', uptimeSeconds: Math.round(process.uptime()) };
  }

  @Get(['', 'ready'])
  @ApiOperation({ summary: 'Tell whether what the gateway depends on is there, and why not' })
  @ApiAnswer(HEALTH)
  @ApiAnswer(HEALTH, { status: 503, description: 'Nothing goes without what is down' })
  async ready(
    @ReadQuery(NoQuery) _query: NoQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Health> {
    const dependencies = await this.check.run();
    const status = this.life.isStopping ? 'stopping' : overall(dependencies);
    if (status === 'down' || status === 'stopping') void reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return { status, service: 'gateway', dependencies };
  }
}

/** Without broker or log nothing goes; without the others something does. */
export function overall(dependencies: Dependencies): Health['status'] {
  if (dependencies.broker.status === 'down' || dependencies.log.status === 'down') return 'down';
  return Object.values(dependencies).every(({ status }) => status === 'ok') ? 'ok' : 'degraded';
}
