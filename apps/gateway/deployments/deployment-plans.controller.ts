import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeploymentClient } from '#libs/deployments';
import type { Schedule } from '#libs/deployments';
import { Broker } from '../asking/broker.js';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { Needs } from '../identity/needs.decorator.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';
import { ApplyInput, NextOfBody, PlanInput } from './deployment.inputs.js';
import { APPLIED, NEXT, PLAN } from './deployment.shapes.js';
import { DeploymentPlans } from './deployment-plans.js';
import type { Applied, HashedPlan } from './deployment-plans.js';

@ApiTags('deployments')
@Needs('deployments:read')
@Controller('deployments')
export class DeploymentPlansController {
  constructor(
    private readonly plans: DeploymentPlans,
    private readonly deployments: DeploymentClient,
    private readonly broker: Broker,
  ) {}

  @Post('plan')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say what applying specifications would change; nothing is changed' })
  @ApiBodyOf(PlanInput)
  @ApiAnswer(PLAN, { description: 'What would change, and which specifications would be refused' })
  plan(
    @ReadBody(PlanInput) input: PlanInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<HashedPlan> {
    return this.plans.plan(input, caller);
  }

  @Post('apply')
  @HttpCode(200)
  @Needs('deployments:write')
  @ApiOperation({
    summary: 'Create, change and remove deployments as specified; nothing where one of them is refused',
  })
  @ApiBodyOf(ApplyInput)
  @ApiAnswer(APPLIED)
  apply(
    @ReadBody(ApplyInput) input: ApplyInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<Applied> {
    return this.plans.apply(input, caller);
  }

  @Post('next')
  @HttpCode(200)
  @ApiOperation({ summary: 'List the next instants of a schedule that no deployment need have' })
  @ApiBodyOf(NextOfBody)
  @ApiAnswer(NEXT)
  async next(
    @ReadBody(NextOfBody) { schedule, count, after }: NextOfBody,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() caller: Caller,
  ): Promise<{ readonly instants: readonly string[] }> {
    const of = JSON.parse(JSON.stringify(schedule)) as Schedule;
    const instants = await this.broker.whileThere('the schedule cannot be read', () =>
      this.deployments.next(of, { ...caller, count, ...(after === undefined ? {} : { after }) }),
    );
    return { instants };
  }
}
