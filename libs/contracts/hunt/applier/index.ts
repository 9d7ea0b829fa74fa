import {
  GetApplication,
  GetApplicationFile,
  ListApplications,
  UpdateApplication,
  WithdrawApplication,
} from './applications.contract.js';
import { ApplyJob } from './apply-job.contract.js';
import { CleanApplier } from './clean-applier.contract.js';
import { PrepareApplication } from './prepare-application.contract.js';

export {
  APPLICATION_WARNINGS,
  ApplicationStatus,
  STATUSES_BY_HAND,
  WENT_OUT,
  type ApplicationWarning,
  type StatusByHand,
  type WentOut,
} from './application-status.js';
export {
  ApplicationDto,
  ApplicationEventDto,
  ApplicationSummaryDto,
  ApplicationWarningDto,
  ApprovalRecordDto,
  AttachmentDto,
} from './application.dto.js';
export {
  APPLICATION_SORTS,
  ApplicationChangeOutput,
  ApplicationFileDto,
  GetApplication,
  GetApplicationFile,
  GetApplicationFileInput,
  GetApplicationInput,
  ListApplications,
  ListApplicationsInput,
  ListApplicationsOutput,
  UpdateApplication,
  UpdateApplicationInput,
  WithdrawApplication,
  WithdrawApplicationInput,
  type ApplicationSort,
} from './applications.contract.js';
export { ApplyJob, ApplyJobInput, ApplyJobOutput, ApprovalInput } from './apply-job.contract.js';
export { CleanApplier, CleanApplierInput, CleanApplierOutput } from './clean-applier.contract.js';
export {
  PrepareApplication,
  PrepareApplicationInput,
  PrepareApplicationOutput,
} from './prepare-application.contract.js';

export const APPLICATION_CONTRACTS = [
  PrepareApplication,
  ApplyJob,
  WithdrawApplication,
  UpdateApplication,
  GetApplication,
  GetApplicationFile,
  ListApplications,
  CleanApplier,
];
