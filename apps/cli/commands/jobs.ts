import { type Command, Option } from 'commander';
import { JOB_SORTS } from '#libs/contracts';
import type { JobDto, JobSummaryDto } from '#libs/contracts';
import { readSince } from '../parameters/since.js';
import type { Session } from '../session.js';
import { instant } from '../terminal/format.js';
import { oneLine, safeLines } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import { addJobChangeCommands } from './job-changes.js';
import { addJobMatchCommand } from './job-match.js';
import { examples, limitOption, moreLine, sortOption } from './list-options.js';
import { JOB_STATUSES } from './statuses.js';

interface LsOptions {
  readonly source?: string;
  readonly status?: string;
  readonly company?: string;
  readonly title?: string;
  readonly location?: string;
  readonly remote?: boolean;
  readonly since?: string;
  readonly sort?: string;
  readonly limit: number;
}

export function addJobsCommands(program: Command, session: Session): void {
  const jobs = program
    .command('jobs')
    .description('Look at the jobs that were found, bring your own, and say where you stand');

  examples(
    jobs
      .command('ls')
      .description('List jobs, the newest first')
      .option('--source <name>', 'from this source')
      .addOption(new Option('--status <status>', 'where you stand').choices(JOB_STATUSES))
      .option('--company <text>', 'the employer’s name holds this')
      .option('--title <text>', 'the title holds this')
      .option('--location <text>', 'one of the places holds this')
      .option('--remote', 'remote ones only')
      .option('--since <when>', 'first seen since: 30m, 1h, 7d or an ISO 8601 instant')
      .addOption(sortOption(JOB_SORTS))
      .addOption(limitOption(50))
      .action(async ({ limit, since, ...filter }: LsOptions, command: Command) => {
        const from = since === undefined ? undefined : readSince(since, session.now());
        const gateway = await session.gateway(command);
        const page = await gateway.list<JobSummaryDto>('/jobs', { ...filter, from }, limit);
        session.answer(command, page, () =>
          page.items.length === 0
            ? 'No jobs. Search for some: jobhunter flow run scrape_jobs --keywords python'
            : drawJobs(page.items, session) + moreLine(page),
        );
      }),
    'jobs ls --location Berlin --since 7d',
    'jobs ls --remote --json',
  );

  examples(
    jobs
      .command('search')
      .description('Search jobs by words, the newest first')
      .argument('<words...>', 'any of which a job has to hold; "a phrase" and -word narrow it')
      .addOption(sortOption(JOB_SORTS))
      .addOption(limitOption(50))
      .action(
        async (words: string[], { limit, sort }: Pick<LsOptions, 'limit' | 'sort'>, command: Command) => {
          const gateway = await session.gateway(command);
          const page = await gateway.list<JobSummaryDto>(
            '/jobs/search',
            { text: words.join(' '), sort },
            limit,
          );
          session.answer(command, page, () =>
            page.items.length === 0 ? 'No job holds that.' : drawJobs(page.items, session) + moreLine(page),
          );
        },
      ),
    'jobs search baker bakery',
    `jobs search '"pastry chef" -night'`,
  );

  examples(
    jobs
      .command('show')
      .description('Show one job with its description')
      .argument('<job>', 'id of the job')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const job = await gateway.get<JobDto>(`/jobs/${encodeURIComponent(id)}`);
        session.answer(command, job, () => drawJob(job, session));
      }),
    'jobs show 674f0c',
  );

  addJobMatchCommand(jobs, session);
  addJobChangeCommands(jobs, session);
}

export function drawJobs(jobs: readonly JobSummaryDto[], { terminal }: Pick<Session, 'terminal'>): string {
  return table(
    [
      { head: 'TITLE', value: (job) => job.title, shrink: true, max: 60 },
      { head: 'COMPANY', value: (job) => job.company, shrink: true, max: 30 },
      { head: 'PLACE', value: place, shrink: true, max: 30 },
      { head: 'SALARY', value: salary },
      { head: 'POSTED', value: (job) => (job.postedAt ?? '').slice(0, 10) },
      { head: 'SOURCE', value: (job) => job.source.name },
      { head: 'JOB', value: (job) => job.id },
    ],
    jobs,
    terminal,
  );
}

function drawJob(job: JobDto, { terminal }: Session): string {
  const title = terminal.style('bold', oneLine(job.title));
  return [
    title,
    facts(
      [
        ['company', oneLine(job.company)],
        ['place', oneLine(place(job))],
        ['salary', salary(job)],
        ['kind', job.employmentTypes.join(', ').toLowerCase().replaceAll('_', ' ')],
        ['posted', instant(job.postedAt)],
        ['seen', `${instant(job.firstSeenAt)} to ${instant(job.lastSeenAt)}`],
        ['source', `${job.source.name} ${oneLine(job.source.postingId)}`],
        ['page', job.url === null ? undefined : oneLine(job.url)],
        ['apply', job.applyUrl === null ? undefined : oneLine(job.applyUrl)],
        ['status', job.status],
        ['notes', oneLine(job.notes)],
        ['job', job.id],
      ],
      terminal,
    ),
    '',
    safeLines(job.description),
  ].join('\n');
}

function place({ locations, remote }: JobSummaryDto): string {
  return [...locations, ...(remote ? ['remote'] : [])].join(', ');
}

function salary({ salary: pay }: JobSummaryDto): string {
  if (pay === null) return '';
  const amounts = [...new Set([pay.min, pay.max].filter((amount) => amount !== null))];
  if (amounts.length === 0) return '';
  const span = amounts.map((amount) => amount.toLocaleString('en')).join('–');
  return [span, pay.currency ?? '', pay.period === null ? '' : `a ${pay.period}`].filter(Boolean).join(' ');
}
