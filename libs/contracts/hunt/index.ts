import { ListJobs, GetJob } from './jobs.contract.js';
import { ListSources } from './list-sources.contract.js';
import { Notify } from './notify.contract.js';
import { SCRAPE_SOURCE_CONTRACTS, ScrapeJobs } from './scrape.contract.js';

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
  type JobSort,
} from './jobs.contract.js';
export { ListSources, ListSourcesInput, ListSourcesOutput, SourceDto } from './list-sources.contract.js';
export { Notify, NotificationType, NotifyInput, NotifyOutput } from './notify.contract.js';
export { SCRAPE_SOURCE_CONTRACTS, ScrapeJobs } from './scrape.contract.js';
export { SavedPageInput, ScrapeInput, ScrapeJobsInput, ScrapeQuery } from './scrape-input.dto.js';
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
export { SearchFlowInput } from './flows/search-flow-input.dto.js';
export { SourcesFlowInput } from './flows/sources-flow-input.dto.js';
export { PAGE_OUTCOMES, ScrapedPage, ScrapeOutput, type PageOutcomeName } from './scrape-output.dto.js';
export { SOURCE_NAMES, SOURCE_TITLES, type SourceName } from './source-names.js';

/** Every operation of the service `scraper`. */
export const SCRAPER_CONTRACTS = [
  ScrapeJobs,
  ...Object.values(SCRAPE_SOURCE_CONTRACTS),
  ListSources,
  ListJobs,
  GetJob,
];

/** Every operation of the service `applier`. */
export const APPLIER_CONTRACTS = [Notify];
