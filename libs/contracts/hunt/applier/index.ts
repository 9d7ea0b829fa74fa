import {
  GetApplication,
  GetApplicationFile,
  ListApplications,
  UpdateApplication,
  WithdrawApplication,
} from './applications.contract.js';
import { ApplyJob } from './apply-job.contract.js';
import { CleanApplier } from './clean-applier.contract.js';
import { PrefillForm } from './prefill-form.contract.js';
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
  ApplicationPictureDto,
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
  FORM_FIELDS,
  FORM_OBSTACLES,
  FilledFieldDto,
  LeftFieldDto,
  PrefillForm,
  PrefillFormInput,
  PrefillFormOutput,
  type FormField,
  type FormObstacle,
} from './prefill-form.contract.js';
export {
  PrepareApplication,
  PrepareApplicationInput,
  PrepareApplicationOutput,
} from './prepare-application.contract.js';

export const APPLICATION_CONTRACTS = [
  PrepareApplication,
  PrefillForm,
  ApplyJob,
  WithdrawApplication,
  UpdateApplication,
  GetApplication,
  GetApplicationFile,
  ListApplications,
  CleanApplier,
];
