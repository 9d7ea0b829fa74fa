import type { Command } from 'commander';
import type {
  BulkDeleteJobsOutput,
  CreateJobsBatchOutput,
  JobErrorDto,
  ScrapeOutput,
  UnmergeJobsOutput,
  UpdateJobOutput,
} from '#libs/contracts';
import { readJsonOrText } from '../parameters/json-or-text.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { count } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { examples } from './list-options.js';
import { JOB_STATUSES } from './statuses.js';

const DRY_RUN = ['--dry-run', 'only say what would be done'] as const;

/** Adds what brings, changes, takes apart and deletes jobs. */
export function addJobChangeCommands(jobs: Command, session: Session): void {
  examples(
    jobs
      .command('add')
      .description('Keep openings that you bring yourself')
      .argument(
        '<file|address>',
        'JSON: a list of jobs with title, company, description, …, - for standard input; or the address of an opening or a board',
      )
      .option(...DRY_RUN)
      .action((from: string, { dryRun }: { dryRun?: true }, command: Command) =>
        /^https?:\/\//i.test(from)
          ? addFrom(session, from, dryRun, command)
          : add(session, from, dryRun, command),
      ),
    'jobs add https://jobs.lever.co/acme',
    'jobs add openings.json',
  );

  examples(
    jobs
      .command('set')
      .description('Say where you stand with a job, or note something on it')
      .argument('<job>', 'id of the job')
      .argument('[status]', `one of ${JOB_STATUSES.join(', ')}`)
      .option('--notes <text>', 'your own words on it, in place of those before')
      .option(...DRY_RUN)
      .action(
        async (
          id: string,
          status: string | undefined,
          { notes, dryRun }: { notes?: string; dryRun?: true },
          command: Command,
        ) => {
          if (status !== undefined && !JOB_STATUSES.includes(status))
            throw new UsageError(`${status}: expected one of ${JOB_STATUSES.join(', ')}`);
          if (status === undefined && notes === undefined)
            throw new UsageError('nothing is to be changed: give a status or --notes');
          const gateway = await session.gateway(command);
          const answer = await gateway.patch<UpdateJobOutput>(pathOf(id), { status, notes, dryRun });
          session.answer(command, answer, () => changeLine(answer, dryRun));
        },
      ),
    'jobs set 674f0c interesting --notes "near the station"',
  );

  examples(
    jobs
      .command('unmerge')
      .description('Say that postings which were taken for one opening are several')
      .argument('<job>', 'id of one of them')
      .argument('[other...]', 'those that are another opening; all, if left out')
      .action(async (id: string, others: string[], _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const body = others.length === 0 ? {} : { from: others };
        const answer = await gateway.post<UnmergeJobsOutput>(`${pathOf(id)}/unmerge`, body);
        session.answer(command, answer, () =>
          answer.message === null
            ? `Taken apart from ${count(answer.separated.length, 'other posting')}.`
            : oneLine(answer.message),
        );
      }),
    'jobs unmerge 674f0c 674f1a',
  );

  examples(
    jobs
      .command('rm')
      .description('Delete jobs')
      .argument('<job...>', 'their ids')
      .option(...DRY_RUN)
      .action(async (jobIds: string[], { dryRun }: { dryRun?: true }, command: Command) => {
        const gateway = await session.gateway(command);
        const answer = await gateway.post<BulkDeleteJobsOutput>('/jobs/bulk-delete', { jobIds, dryRun });
        if (answer.errors.length > 0)
          session.exitCode = answer.jobsDeleted === 0 ? ExitCode.notFound : ExitCode.failed;
        const what = answer.dryRun ? 'would be deleted' : 'deleted';
        session.answer(command, answer, () =>
          [`${count(answer.jobsDeleted, 'job')} ${what}.`, ...errorLines(answer.errors)].join('\n'),
        );
      }),
    'jobs rm 674f0c 674f1a --dry-run',
  );
}

async function add(
  session: Session,
  file: string,
  dryRun: true | undefined,
  command: Command,
): Promise<void> {
  const given = file === '-' ? file : `@${file}`;
  const value = await readJsonOrText('the jobs', given, session.terminal);
  const jobs = typeof value === 'object' && value !== null && 'jobs' in value ? value.jobs : value;
  if (!Array.isArray(jobs)) throw new UsageError(`the jobs ${file}: expected a JSON list of jobs`);
  const gateway = await session.gateway(command);
  const answer = await gateway.post<CreateJobsBatchOutput>('/jobs', { jobs, dryRun });
  const { jobsCreated, jobsUpdated, errors } = answer;
  if (errors.length > 0) session.exitCode = ExitCode.failed;
  session.answer(command, answer, () =>
    [
      `${count(jobsCreated, 'job')} ${answer.dryRun ? 'would be kept' : 'kept'}, ${jobsUpdated} known before.`,
      ...errorLines(errors),
    ].join('\n'),
  );
}

async function addFrom(
  session: Session,
  url: string,
  dryRun: true | undefined,
  command: Command,
): Promise<void> {
  const gateway = await session.gateway(command);
  const answer = await gateway.post<ScrapeOutput>('/jobs/from-url', { url, dryRun });
  const { success, source, jobIds, jobsCreated, message } = answer;
  if (!success) session.exitCode = ExitCode.failed;
  const kept = `${count(jobsCreated, 'job')} kept, ${jobIds.length - jobsCreated} known before`;
  session.answer(command, answer, () =>
    [
      success
        ? `${source}: ${dryRun ? 'nothing is asked or kept in a dry run' : kept}.`
        : `${source} gave nothing.`,
      ...(message ? [oneLine(message)] : []),
      ...jobIds,
    ].join('\n'),
  );
}

function changeLine({ updated }: UpdateJobOutput, dryRun: true | undefined): string {
  const fields = Object.keys(updated);
  if (fields.length === 0) return 'It stands so already.';
  return `${fields.join(' and ')} ${dryRun ? 'would be' : fields.length > 1 ? 'are' : 'is'} changed.`;
}

const pathOf = (id: string): string => `/jobs/${encodeURIComponent(id)}`;

const errorLines = (errors: readonly JobErrorDto[]): string[] =>
  errors.map(({ item, field, message }) => {
    const named = field === null || message.startsWith(field) ? message : `${field} ${message}`;
    return `  ${oneLine(item)}: ${oneLine(named)}`;
  });
