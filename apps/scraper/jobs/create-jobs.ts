import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { NewJob } from '#libs/contracts';
import type { CreateJobsBatchOutput, JobErrorDto } from '#libs/contracts';
import { checkDto } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { employmentTypes } from '../sources/employment-type.js';
import type { Posting } from '../sources/posting.js';
import { jobIdOf } from './job-id.js';
import { JobsStore } from './jobs.store.js';

/** What stands as the source of jobs that the person has brought. */
export const MANUAL_SOURCE = 'manual';

/** Keeps openings that a person brings. */
@Injectable()
export class CreateJobs {
  constructor(private readonly store: JobsStore) {}

  /** Checks each on its own and keeps those that are well formed; says of each other what is wrong. */
  async create(jobs: readonly unknown[], run: OperationRun): Promise<CreateJobsBatchOutput> {
    const errors: JobErrorDto[] = [];
    const postings = new Map<string, Posting>();
    for (const [index, raw] of jobs.entries()) {
      const checked = await checkDto(NewJob, raw);
      if (checked.ok) {
        const posting = postingOf(checked.value);
        postings.set(posting.postingId, posting);
        continue;
      }
      const item = `jobs[${index}]`;
      for (const { field, message } of checked.fields) {
        errors.push({ item, field, message });
        run.itemError({ item, message: field ? `${field}: ${message}` : message });
      }
    }
    const kept = await this.keep([...postings.values()], run);
    const success = postings.size > 0;
    return {
      success,
      ...kept,
      errors,
      dryRun: run.flags.dryRun,
      message: success ? null : 'none of the jobs could be kept',
    };
  }

  private async keep(
    postings: readonly Posting[],
    { actor: { userId }, flags: { dryRun, testMode }, taskRunId }: OperationRun,
  ): Promise<Pick<CreateJobsBatchOutput, 'jobsCreated' | 'jobsUpdated' | 'jobIds'>> {
    const keeper = { userId, testMode, source: MANUAL_SOURCE, seenAt: new Date(), taskRunId };
    if (dryRun) {
      const jobIds = postings.map(({ postingId }) => jobIdOf({ ...keeper, postingId }));
      return { jobsCreated: 0, jobsUpdated: 0, jobIds };
    }
    const { jobIds, created, updated } = await this.store.keep(postings, keeper);
    return { jobsCreated: created, jobsUpdated: updated, jobIds };
  }
}

function postingOf(job: NewJob): Posting {
  const { title, company, locations, remote, description, salary, language, tags, url, applyUrl } = job;
  return {
    postingId: job.postingId ?? derivedId(job),
    title: title.trim(),
    company: company.trim(),
    locations,
    remote: remote ?? null,
    descriptionHtml: /<[a-z!/][^<]{0,200}>/i.test(description) ? description : htmlOf(description),
    detail: 'full',
    salary: salary
      ? { min: salary.min ?? null, max: salary.max ?? null, currency: salary.currency, period: salary.period }
      : null,
    employmentTypes: employmentTypes(job.employmentTypes),
    postedAt: dateOf(job.postedAt),
    validThrough: dateOf(job.validThrough),
    url: url ?? null,
    applyUrl: applyUrl ?? null,
    language: language?.toLowerCase() ?? null,
    tags,
    references: {},
  };
}

const derivedId = ({ title, company, locations, url, applyUrl }: NewJob): string =>
  createHash('sha256')
    .update(JSON.stringify([title.trim(), company.trim(), locations, url ?? applyUrl ?? null]))
    .digest('hex')
    .slice(0, 32);

const htmlOf = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => line.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'))
    .join('<br>');

const dateOf = (text: string | null | undefined): Date | null => (text ? new Date(text) : null);
