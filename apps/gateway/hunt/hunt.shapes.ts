import {
  BulkDeleteJobs,
  CheckSources,
  CreateJobsBatch,
  GetApplication,
  GetCv,
  GetJob,
  GetProfile,
  ListApplications,
  ListDocuments,
  ListJobs,
  ListProfileVersions,
  ListSources,
  ListTemplates,
  ListWatchedEmployers,
  MatchJob,
  PrefillForm,
  ScrapeUrl,
  UnmergeJobs,
  UnwatchEmployer,
  UpdateApplication,
  UpdateJob,
  UpdateProfile,
  WatchEmployer,
} from '#libs/contracts';
import { itemShape, linkedShape } from '../docs/output-shape.js';

export const WHOLE_JOB = linkedShape('Job', GetJob.output);
export const LISTED_JOB = itemShape('ListedJob', ListJobs.output, { links: ['self'] });
export const CREATED_JOBS = linkedShape('CreatedJobs', CreateJobsBatch.output);
export const SCRAPED = linkedShape('Scraped', ScrapeUrl.output);
export const DELETED_JOBS = linkedShape('DeletedJobs', BulkDeleteJobs.output);
export const JOB_CHANGE = linkedShape('JobChange', UpdateJob.output);
export const JOB_MATCH = linkedShape('JobMatch', MatchJob.output);
export const UNMERGED_JOBS = linkedShape('UnmergedJobs', UnmergeJobs.output);

export const SOURCE = itemShape('Source', ListSources.output, { of: 'sources' });
export const CHECKED_SOURCES = linkedShape('CheckedSources', CheckSources.output);
export const WATCHED_EMPLOYER = itemShape('WatchedEmployer', ListWatchedEmployers.output, {
  of: 'employers',
});
export const WATCHED = linkedShape('Watched', WatchEmployer.output);
export const UNWATCHED = linkedShape('Unwatched', UnwatchEmployer.output);

export const PROFILE = linkedShape('Profile', GetProfile.output);
export const PROFILE_VERSION = itemShape('ProfileVersion', ListProfileVersions.output);
export const PROFILE_CHANGE = linkedShape('ProfileChange', UpdateProfile.output);

export const DOCUMENT = linkedShape('Document', GetCv.output, 'self', 'file');
export const LISTED_DOCUMENT = itemShape('ListedDocument', ListDocuments.output, { links: ['self', 'file'] });
export const TEMPLATE = itemShape('Template', ListTemplates.output);

export const APPLICATION = linkedShape('Application', GetApplication.output, 'self');
export const LISTED_APPLICATION = itemShape('ListedApplication', ListApplications.output, {
  links: ['self'],
});
export const APPLICATION_CHANGE = linkedShape('ApplicationChange', UpdateApplication.output);
export const PREFILLED_FORM = linkedShape('PrefilledForm', PrefillForm.output);
