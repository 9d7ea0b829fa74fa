import { APPLICATION_CONTRACTS } from './applier/index.js';
import { CleanDocuments } from './documents/clean-documents.contract.js';
import { GetCv, GetLetter, ListDocuments, ListTemplates } from './documents/documents.contract.js';
import { GenerateCv, GenerateLetter } from './documents/generate.contract.js';
import { GetDocument } from './documents/get-document.contract.js';
import { GetProfile } from './documents/get-profile.contract.js';
import { ImportProfile, ListProfileVersions, UpdateProfile } from './documents/profile-changes.contract.js';
import { BulkDeleteJobs, UpdateJob } from './jobs/change-jobs.contract.js';
import { CleanScraper } from './jobs/clean-scraper.contract.js';
import { CreateJobsBatch } from './jobs/create-jobs.contract.js';
import { MatchJob, MatchJobs } from './jobs/match.contract.js';
import { PreviewScoring } from './jobs/preview-scoring.contract.js';
import { ListNewJobs, ProcessJobs, UnmergeJobs } from './jobs/process-jobs.contract.js';
import { ListJobs, GetJob, SearchJobs } from './jobs.contract.js';
import { ListSources } from './list-sources.contract.js';
import { Notify } from './notify.contract.js';
import { SCRAPE_SOURCE_CONTRACTS, ScrapeJobs, ScrapeUrl } from './scrape.contract.js';
import { CheckSources, ListWatchedEmployers, UnwatchEmployer, WatchEmployer } from './sources/index.js';

export {
  APPLICATION_SORTS,
  APPLICATION_WARNINGS,
  ApplicationChangeOutput,
  ApplicationDto,
  ApplicationEventDto,
  ApplicationFileDto,
  ApplicationPictureDto,
  ApplicationStatus,
  ApplicationSummaryDto,
  ApplicationWarningDto,
  ApplyJob,
  ApplyJobInput,
  ApplyJobOutput,
  ApprovalInput,
  ApprovalRecordDto,
  AttachmentDto,
  CleanApplier,
  CleanApplierInput,
  CleanApplierOutput,
  FORM_FIELDS,
  FORM_OBSTACLES,
  FilledFieldDto,
  GetApplication,
  GetApplicationFile,
  GetApplicationFileInput,
  GetApplicationInput,
  LeftFieldDto,
  ListApplications,
  ListApplicationsInput,
  ListApplicationsOutput,
  PrefillForm,
  PrefillFormInput,
  PrefillFormOutput,
  PrepareApplication,
  PrepareApplicationInput,
  PrepareApplicationOutput,
  STATUSES_BY_HAND,
  UpdateApplication,
  UpdateApplicationInput,
  WENT_OUT,
  WithdrawApplication,
  WithdrawApplicationInput,
  type ApplicationSort,
  type ApplicationWarning,
  type FormField,
  type FormObstacle,
  type StatusByHand,
  type WentOut,
} from './applier/index.js';
export {
  CleanDocuments,
  CleanDocumentsInput,
  CleanDocumentsOutput,
} from './documents/clean-documents.contract.js';
export {
  ClaimDto,
  DOCUMENT_KINDS,
  DOCUMENT_LANGUAGES,
  DocumentDto,
  DocumentSummaryDto,
  type DocumentKind,
  type DocumentLanguage,
} from './documents/document.dto.js';
export {
  DOCUMENT_SORTS,
  GetCv,
  GetCvInput,
  GetLetter,
  GetLetterInput,
  ListDocuments,
  ListDocumentsInput,
  ListDocumentsOutput,
  ListTemplates,
  ListTemplatesInput,
  ListTemplatesOutput,
  TemplateDto,
} from './documents/documents.contract.js';
export {
  GenerateCv,
  GenerateCvInput,
  GenerateCvOutput,
  GenerateLetter,
  GenerateLetterInput,
  GenerateLetterOutput,
  ParagraphDto,
} from './documents/generate.contract.js';
export {
  ImportProfile,
  ImportProfileInput,
  ListProfileVersions,
  ListProfileVersionsInput,
  ListProfileVersionsOutput,
  ProfileChangedOutput,
  ProfileVersionDto,
  UpdateProfile,
  UpdateProfileInput,
} from './documents/profile-changes.contract.js';
export {
  DOCUMENT_FORMATS,
  DocumentFileDto,
  GetDocument,
  GetDocumentInput,
  type DocumentFormat,
} from './documents/get-document.contract.js';
export { GetProfile, GetProfileInput } from './documents/get-profile.contract.js';
export {
  CHANNELS,
  PreferencesDto,
  SalaryWishDto,
  StandingRuleDto,
  type Channel,
} from './documents/preferences.dto.js';
export { ProfileDto } from './documents/profile.dto.js';
export {
  JobProcessingDto,
  MergedJobDto,
  PlaceDto,
  RequirementDto,
  YearlySalaryDto,
} from './job-processing.dto.js';
export { JobDto, JobSourceDto, JobStatus, JobSummaryDto, SalaryDto } from './job.dto.js';
export {
  GetJob,
  GetJobInput,
  JOB_SORTS,
  ListJobs,
  ListJobsInput,
  ListJobsOutput,
  SearchJobs,
  SearchJobsInput,
  type JobSort,
} from './jobs.contract.js';
export {
  BulkDeleteJobs,
  BulkDeleteJobsInput,
  BulkDeleteJobsOutput,
  UpdateJob,
  UpdateJobInput,
  UpdateJobOutput,
} from './jobs/change-jobs.contract.js';
export { CleanScraper, CleanScraperInput, CleanScraperOutput } from './jobs/clean-scraper.contract.js';
export {
  CreateJobsBatch,
  CreateJobsBatchInput,
  CreateJobsBatchOutput,
  NewJob,
  NewSalary,
} from './jobs/create-jobs.contract.js';
export { JobErrorDto } from './jobs/item-error.dto.js';
export { JobFilters } from './jobs/job-filters.dto.js';
export { MOST_JOBS } from './jobs/job-ids.js';
export {
  EXCLUSIONS,
  ExclusionDto,
  MATCH_PARTS,
  MatchDto,
  MatchJob,
  MatchJobInput,
  MatchJobOutput,
  MatchJobs,
  MatchJobsInput,
  MatchJobsOutput,
  MatchPartDto,
  MatchWeightsInput,
  MetRequirementDto,
  MissingRequirementDto,
  ModelScoreDto,
  ProfileLineDto,
  SCORERS,
  STANDARD_WEIGHTS,
  type ExclusionReason,
  type MatchPart,
  type MatchWeights,
  type Scorer,
} from './jobs/match.contract.js';
export {
  PreviewScoring,
  PreviewScoringInput,
  PreviewScoringOutput,
  ScoringTextDto,
} from './jobs/preview-scoring.contract.js';
export {
  ListNewJobs,
  ListNewJobsInput,
  ListNewJobsOutput,
  ProcessJobs,
  ProcessJobsInput,
  ProcessJobsOutput,
  UnmergeJobs,
  UnmergeJobsInput,
  UnmergeJobsOutput,
} from './jobs/process-jobs.contract.js';
export { ListSources, ListSourcesInput, ListSourcesOutput, SourceDto } from './list-sources.contract.js';
export {
  NotificationType,
  Notify,
  NOTIFY_CHANNELS,
  NOTIFY_TEMPLATES,
  NotifyDeliveryDto,
  NotifyInput,
  NotifyOutput,
  type NotifyChannel,
  type NotifyTemplate,
} from './notify.contract.js';
export { SCRAPE_SOURCE_CONTRACTS, ScrapeJobs, ScrapeUrl } from './scrape.contract.js';
export {
  SavedPageInput,
  ScrapeInput,
  ScrapeJobsInput,
  ScrapeQuery,
  ScrapeUrlInput,
} from './scrape-input.dto.js';
export {
  ApplyToJobError,
  ApplyToJobFlow,
  ApplyToJobFlowInput,
  ApplyToJobFlowResult,
} from './flows/apply-to-job.flow-contract.js';
export {
  DailyJobHuntFlow,
  DailyJobHuntFlowInput,
  DailyJobHuntFlowResult,
  HUNT_APPLICATION_STATUSES,
  HUNT_REASONS,
  HuntApplication,
  HuntSource,
  type HuntApplicationStatus,
} from './flows/daily-job-hunt.flow-contract.js';
export {
  DailyJobProcessingFlow,
  DailyJobProcessingFlowInput,
  DailyJobProcessingFlowResult,
} from './flows/daily-job-processing.flow-contract.js';
export {
  MaintenanceFlow,
  MaintenanceFlowInput,
  MaintenanceFlowResult,
} from './flows/maintenance.flow-contract.js';
export {
  ScrapeAndProcessFlow,
  ScrapeAndProcessFlowInput,
  ScrapeAndProcessFlowResult,
} from './flows/scrape-and-process.flow-contract.js';
export {
  NOT_APPLIED,
  SmartJobApplicationFlow,
  SmartJobApplicationFlowInput,
  SmartJobApplicationFlowResult,
} from './flows/smart-job-application.flow-contract.js';
export {
  ScrapeJobsFlow,
  ScrapeJobsFlowInput,
  ScrapeJobsFlowResult,
  SourceResult,
} from './flows/scrape-jobs.flow-contract.js';
export {
  ScrapeStepstoneJobsFlow,
  ScrapeStepstoneJobsFlowInput,
} from './flows/scrape-stepstone-jobs.flow-contract.js';
export {
  NOT_SENT,
  SendApplicationFlow,
  SendApplicationFlowInput,
  SendApplicationFlowResult,
} from './flows/send-application.flow-contract.js';
export { SearchFlowInput } from './flows/search-flow-input.dto.js';
export { SourcesFlowInput } from './flows/sources-flow-input.dto.js';
export { PAGE_OUTCOMES, ScrapedPage, ScrapeOutput, type PageOutcomeName } from './scrape-output.dto.js';
export { SOURCE_NAMES, SOURCE_TITLES, type SourceName } from './source-names.js';
export {
  CheckSources,
  CheckSourcesInput,
  CheckSourcesOutput,
  ListWatchedEmployers,
  ListWatchedEmployersInput,
  ListWatchedEmployersOutput,
  SOURCE_FAILURES,
  SOURCE_STATES,
  SourceFailureDto,
  SourceHealthDto,
  UnwatchEmployer,
  UnwatchEmployerInput,
  UnwatchEmployerOutput,
  WatchedEmployerDto,
  WatchEmployer,
  WatchEmployerInput,
  WatchEmployerOutput,
  type SourceFailureKind,
  type SourceState,
} from './sources/index.js';

/** Every operation of the service `scraper`. */
export const SCRAPER_CONTRACTS = [
  ScrapeJobs,
  ScrapeUrl,
  ...Object.values(SCRAPE_SOURCE_CONTRACTS),
  ListSources,
  CheckSources,
  WatchEmployer,
  UnwatchEmployer,
  ListWatchedEmployers,
  ListJobs,
  SearchJobs,
  GetJob,
  CreateJobsBatch,
  UpdateJob,
  BulkDeleteJobs,
  ListNewJobs,
  ProcessJobs,
  UnmergeJobs,
  MatchJob,
  MatchJobs,
  PreviewScoring,
  CleanScraper,
];

/** Every operation of the service `applier`. */
export const APPLIER_CONTRACTS = [...APPLICATION_CONTRACTS, Notify];

/** Every operation of the service `documents`. */
export const DOCUMENTS_CONTRACTS = [
  ImportProfile,
  GetProfile,
  UpdateProfile,
  ListProfileVersions,
  GenerateCv,
  GenerateLetter,
  GetCv,
  GetLetter,
  GetDocument,
  ListDocuments,
  ListTemplates,
  CleanDocuments,
];
