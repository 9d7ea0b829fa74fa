import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { Model } from 'mongoose';
import { JobStatus } from '#libs/contracts';
import type { JobDto, UpdateJobOutput } from '#libs/contracts';
import { checkDto, TerminalError } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { JobNotFoundError } from './job-not-found.error.js';
import { JobChangedError, revisionOf } from './job-revision.js';
import { jobView } from './job-view.js';
import { Job } from './job.schema.js';

/** What the person may change. */
class JobChanges {
  @IsOptional()
  @IsIn(Object.values(JobStatus))
  status?: JobStatus;

  @IsOptional()
  @IsString()
  @MaxLength(20_000)
  notes?: string;
}

interface Refused {
  readonly field: string;
  readonly value: unknown;
  readonly message: string;
}

/** One or more of the changes cannot be made, so none is. */
export class BadChangesError extends TerminalError {
  constructor(
    readonly jobId: string,
    readonly refused: readonly Refused[],
  ) {
    const told = refused.map(({ field, message }) => `${field} ${message}`).join('; ');
    super('jobs/bad-changes', `job ${JSON.stringify(jobId)} is left as it is: ${told}`, refused);
  }
}

const OPEN = ['status', 'notes'] as const satisfies readonly (keyof JobChanges)[];

/** Changes what a person says of a job; the only writer of it. */
@Injectable()
export class UpdateJobs {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /** Throws JobNotFoundError, BadChangesError, and JobChangedError where it is not at the expected revision. */
  async update(
    jobId: string,
    changes: Readonly<Record<string, unknown>>,
    { actor: { userId }, flags: { dryRun } }: OperationRun,
    expectedRevision?: string,
  ): Promise<UpdateJobOutput> {
    const before = await this.jobs.findOne({ _id: jobId, userId }).lean<Job>().exec();
    if (!before) throw new JobNotFoundError(jobId);
    const read = revisionOf(before);
    if (expectedRevision !== undefined && expectedRevision !== read)
      throw new JobChangedError(jobId, expectedRevision, read);
    const said = await checked(jobView(before), changes);
    const updated = Object.fromEntries(
      OPEN.flatMap((field) => {
        const value = said[field];
        return value === undefined || value === null || value === before[field] ? [] : [[field, value]];
      }),
    );
    if (!dryRun && Object.keys(updated).length > 0) {
      const asRead = expectedRevision === undefined ? {} : { status: before.status, notes: before.notes };
      const { matchedCount } = await this.jobs
        .updateOne({ _id: jobId, userId, ...asRead }, { $set: updated })
        .exec();
      if (matchedCount === 0) await this.refuse(jobId, userId, read);
    }
    return { success: true, jobId, updated, job: jobView({ ...before, ...updated }) };
  }

  /** Tells why a job could not be written as it was read: it has changed, or is gone. */
  private async refuse(jobId: string, userId: string, read: string): Promise<never> {
    const now = await this.jobs.findOne({ _id: jobId, userId }).lean<Job>().exec();
    if (!now) throw new JobNotFoundError(jobId);
    throw new JobChangedError(jobId, read, revisionOf(now));
  }
}

async function checked(job: JobDto, changes: Readonly<Record<string, unknown>>): Promise<JobChanges> {
  const refused: Refused[] = [];
  const open: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(changes)) {
    const field = `changes.${name}`;
    if (OPEN.some((known) => known === name)) open[name] = value;
    else if (Object.hasOwn(job, name))
      refused.push({ field, value, message: 'is protected: it is not the person’s to change' });
    else
      refused.push({
        field,
        value,
        message: `is no field of a job; those that can be changed are ${OPEN.join(', ')}`,
      });
  }
  for (const [name, value] of Object.entries(open))
    if (value === null) refused.push({ field: `changes.${name}`, value, message: 'must have a value' });
  const result = await checkDto(JobChanges, open);
  if (!result.ok)
    for (const { field, value, message } of result.fields)
      refused.push({ field: `changes.${field}`, value, message: message.replace(/^\w+ /, '') });
  if (Object.keys(changes).length === 0)
    refused.push({
      field: 'changes',
      value: changes,
      message: `must hold at least one of ${OPEN.join(', ')}`,
    });
  if (refused.length > 0 || !result.ok) throw new BadChangesError(job.id, refused);
  return result.value;
}
