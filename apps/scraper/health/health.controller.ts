import { Controller } from '@nestjs/common';
import { CheckSources } from '#libs/contracts';
import type { CheckSourcesInput, CheckSourcesOutput } from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { CheckSourcesService } from './check-sources.service.js';

@Controller()
export class HealthController {
  constructor(private readonly checks: CheckSourcesService) {}

  @Operation(CheckSources)
  async checkSources(input: CheckSourcesInput, run: OperationRun): Promise<CheckSourcesOutput> {
    return this.checks.check(input, run);
  }
}
