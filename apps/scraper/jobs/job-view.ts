import type { JobDto, JobProcessingDto, JobSummaryDto } from '#libs/contracts';
import { revisionOf } from './job-revision.js';
import type { Job } from './job.schema.js';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** Shows a stored job without its texts. */
export function summaryOf(job: Job): JobSummaryDto {
  return {
    id: job._id,
    userId: job.userId,
    title: job.title,
    company: job.company,
    locations: job.locations,
    remote: job.remote,
    salary: job.salary,
    employmentTypes: job.employmentTypes,
    postedAt: iso(job.postedAt),
    validThrough: iso(job.validThrough),
    firstSeenAt: job.firstSeenAt.toISOString(),
    lastSeenAt: job.lastSeenAt.toISOString(),
    url: job.url,
    applyUrl: job.applyUrl,
    language: job.language,
    tags: job.tags,
    source: job.source,
    status: job.status,
    notes: job.notes,
    testMode: job.testMode,
  };
}

/** Shows a stored job whole. */
export const jobView = (job: Job): JobDto => ({
  ...summaryOf(job),
  revision: revisionOf(job),
  description: job.description,
  descriptionHtml: job.descriptionHtml,
  detail: job.detail,
  processing: processingOf(job),
});

function processingOf({ _id, processing, opening }: Job): JobProcessingDto | null {
  if (!processing) return null;
  const { processedAt, version, language, salary, agency } = processing;
  return {
    processedAt: processedAt.toISOString(),
    version,
    language,
    places: processing.places.map(({ city, region, country }) => ({ city, region, country })),
    salary,
    employmentTypes: [...processing.employmentTypes],
    skills: [...processing.skills],
    requirements: processing.requirements.map(({ text, kind, skills }) => ({
      text,
      kind,
      skills: [...skills],
    })),
    canonicalJobId: opening?.canonicalJobId ?? _id,
    merged: (opening?.merged ?? []).map(({ jobId, why }) => ({ jobId, why })),
    repostOf: opening?.repostOf ?? null,
    agency,
  };
}
