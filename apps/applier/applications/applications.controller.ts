import { Controller } from '@nestjs/common';
import {
  ApplyJob,
  GetApplication,
  GetApplicationFile,
  ListApplications,
  PrefillForm,
  PrepareApplication,
  UpdateApplication,
  WithdrawApplication,
} from '#libs/contracts';
import type {
  ApplicationChangeOutput,
  ApplicationDto,
  ApplicationFileDto,
  ApplyJobInput,
  ApplyJobOutput,
  GetApplicationFileInput,
  GetApplicationInput,
  ListApplicationsInput,
  ListApplicationsOutput,
  PrefillFormInput,
  PrefillFormOutput,
  PrepareApplicationInput,
  PrepareApplicationOutput,
  UpdateApplicationInput,
  WithdrawApplicationInput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { ApplicationsService } from './applications.service.js';
import { ApplicationsStore } from './applications.store.js';
import { ApplyService } from './apply.service.js';
import { PrefillService } from '../forms/prefill.service.js';
import { PrepareService } from './prepare.service.js';

@Controller()
export class ApplicationsController {
  constructor(
    private readonly preparing: PrepareService,
    private readonly applying: ApplyService,
    private readonly applications: ApplicationsService,
    private readonly forms: PrefillService,
    private readonly store: ApplicationsStore,
  ) {}

  @Operation(PrepareApplication)
  async prepare(input: PrepareApplicationInput, run: OperationRun): Promise<PrepareApplicationOutput> {
    return this.preparing.prepare(input, run);
  }

  @Operation(ApplyJob)
  async apply(input: ApplyJobInput, run: OperationRun): Promise<ApplyJobOutput> {
    return this.applying.apply(input, run);
  }

  @Operation(PrefillForm)
  async prefill(input: PrefillFormInput, run: OperationRun): Promise<PrefillFormOutput> {
    return this.forms.prefill(input, run);
  }

  @Operation(WithdrawApplication)
  async withdraw(input: WithdrawApplicationInput, run: OperationRun): Promise<ApplicationChangeOutput> {
    return this.applications.withdraw(input, run);
  }

  @Operation(UpdateApplication)
  async update(input: UpdateApplicationInput, run: OperationRun): Promise<ApplicationChangeOutput> {
    return this.applications.update(input, run);
  }

  @Operation(GetApplication)
  async get({ applicationId }: GetApplicationInput, run: OperationRun): Promise<ApplicationDto> {
    return this.applications.get(applicationId, run);
  }

  @Operation(GetApplicationFile)
  async file(input: GetApplicationFileInput, run: OperationRun): Promise<ApplicationFileDto> {
    return this.applications.file(input, run);
  }

  @Operation(ListApplications)
  async list(input: ListApplicationsInput, run: OperationRun): Promise<ListApplicationsOutput> {
    const withTest = run.flags.testMode || input.includeTest === true;
    return this.store.list(input, run.actor.userId, withTest);
  }
}
