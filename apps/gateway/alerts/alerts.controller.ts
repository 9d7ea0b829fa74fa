import { Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  CreateAlert,
  CreateAlertInput,
  GetAlert,
  ListAlerts,
  ListAlertsInput,
  ListIncidents,
  ListIncidentsInput,
  RemoveAlert,
  TestAlert,
} from '#libs/contracts';
import type { AlertRuleDto, IncidentDto, RemoveAlertOutput, TestAlertOutput } from '#libs/contracts';
import { Ask } from '../asking/ask.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { itemShape, linkedShape } from '../docs/output-shape.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';

const ID = { name: 'id', description: 'Id of the alert' };
const ALERT = linkedShape('Alert', GetAlert.output);
const INCIDENT = itemShape('Incident', ListIncidents.output);
const REMOVED = linkedShape('RemovedAlert', RemoveAlert.output);
const TESTED = linkedShape('TestedAlert', TestAlert.output);

/** Rules that people are told by of runs that need them. */
@ApiTags('alerts')
@Needs('alerts:read')
@Controller('alerts')
export class AlertsController {
  constructor(private readonly ask: Ask) {}

  @Get()
  @ApiOperation({ summary: ListAlerts.description })
  @ApiQueryOf(ListAlertsInput)
  @ApiPage('AlertPage', ALERT)
  async list(
    @ReadQuery(ListAlertsInput) query: ListAlertsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<AlertRuleDto>> {
    return pageOf(request, await this.ask.for(ListAlerts, query, caller));
  }

  @Post()
  @Needs('alerts:write')
  @HttpCode(201)
  @ApiOperation({ summary: CreateAlert.description })
  @ApiBodyOf(CreateAlertInput)
  @ApiAnswer(ALERT, { status: 201, description: 'It is created' })
  async create(
    @ReadBody(CreateAlertInput) input: CreateAlertInput,
    @CalledBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AlertRuleDto> {
    const alert = await this.ask.for(CreateAlert, input, caller);
    void reply.header('Location', `/alerts/${alert.id}`);
    return alert;
  }

  // Before those with an id in the same place.
  @Get('incidents')
  @ApiOperation({ summary: ListIncidents.description })
  @ApiQueryOf(ListIncidentsInput)
  @ApiPage('IncidentPage', INCIDENT)
  async incidents(
    @ReadQuery(ListIncidentsInput) query: ListIncidentsInput,
    @CalledBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Page<IncidentDto>> {
    return pageOf(request, await this.ask.for(ListIncidents, query, caller));
  }

  @Get(':id')
  @ApiOperation({ summary: GetAlert.description })
  @ApiParam(ID)
  @ApiAnswer(ALERT)
  get(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<AlertRuleDto> {
    return this.ask.for(GetAlert, { alertId: id }, caller);
  }

  @Delete(':id')
  @Needs('alerts:write')
  @ApiOperation({ summary: RemoveAlert.description })
  @ApiParam(ID)
  @ApiAnswer(REMOVED)
  remove(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<RemoveAlertOutput> {
    return this.ask.for(RemoveAlert, { alertId: id }, caller);
  }

  @Post(':id/test')
  @Needs('alerts:write')
  @HttpCode(200)
  @ApiOperation({ summary: TestAlert.description })
  @ApiParam(ID)
  @ApiAnswer(TESTED)
  test(@Param('id', IdPipe) id: string, @CalledBy() caller: Caller): Promise<TestAlertOutput> {
    return this.ask.for(TestAlert, { alertId: id }, caller);
  }
}
