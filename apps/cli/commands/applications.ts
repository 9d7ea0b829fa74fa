import { type Command, Option } from 'commander';
import { APPLICATION_SORTS } from '#libs/contracts';
import type {
  ApplicationChangeOutput,
  ApplicationDto,
  ApplicationSummaryDto,
  StatusByHand,
} from '#libs/contracts';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';
import { facts, table } from '../terminal/table.js';
import { examples, limitOption, moreLine, sortOption } from './list-options.js';
import { outgoingLines } from './outgoing-lines.js';
import { addPrefillCommand } from './prefill.js';
import { APPLICATION_STATUSES, STATUSES_BY_HAND } from './statuses.js';

interface LsOptions {
  readonly status?: string;
  readonly company?: string;
  readonly job?: string;
  readonly sort?: string;
  readonly limit: number;
}

interface SetOptions {
  readonly note?: string;
  readonly notes?: string;
}

export function addApplicationsCommands(program: Command, session: Session): void {
  const applications = program
    .command('applications')
    .description('Look at your applications, and say how they stand');

  examples(
    applications
      .command('ls')
      .description('List applications, the latest first')
      .addOption(new Option('--status <status>', 'which stand so').choices(APPLICATION_STATUSES))
      .option('--company <text>', 'the employer’s name holds this')
      .option('--job <id>', 'to this job')
      .addOption(sortOption(APPLICATION_SORTS))
      .addOption(limitOption(50))
      .action(async ({ status, company, job: jobId, sort, limit }: LsOptions, command: Command) => {
        const gateway = await session.gateway(command);
        const query = { status, company, jobId, sort };
        const page = await gateway.list<ApplicationSummaryDto>('/applications', query, limit);
        session.answer(command, page, () =>
          page.items.length === 0
            ? 'No applications. Begin one: jobhunter flow run apply_to_job --job-id <job>'
            : drawApplications(page.items, session) + moreLine(page),
        );
      }),
    'applications ls --status sent',
  );

  examples(
    applications
      .command('show')
      .description('Show one application: exactly what goes or went out, and what became of it')
      .argument('<application>', 'id of the application')
      .action(async (id: string, _options: unknown, command: Command) => {
        const found = await (await session.gateway(command)).get<ApplicationDto>(pathOf(id));
        session.answer(command, found, () => drawApplication(found, session));
      }),
    'applications show app_1f2e',
  );

  examples(
    applications
      .command('set')
      .description('Say how an application stands')
      .argument('<application>', 'id of the application')
      .argument('[status]', `one of ${STATUSES_BY_HAND.join(', ')}`)
      .option('--note <text>', 'kept with the change')
      .option('--notes <text>', 'your own words on the application, in place of those before')
      .action(
        async (id: string, status: string | undefined, { note, notes }: SetOptions, command: Command) => {
          if (status !== undefined && !STATUSES_BY_HAND.includes(status))
            throw new UsageError(`${status}: expected one of ${STATUSES_BY_HAND.join(', ')}`);
          if (status === undefined && notes === undefined)
            throw new UsageError('nothing is to be changed: give a status or --notes');
          const body = { status: status as StatusByHand | undefined, note, notes };
          const answer = await (
            await session.gateway(command)
          ).patch<ApplicationChangeOutput>(pathOf(id), body);
          session.answer(command, answer, () => oneLine(answer.message));
        },
      ),
    'applications set app_1f2e interview --note "on Monday at ten"',
  );

  examples(
    applications
      .command('withdraw')
      .description('Withdraw an application')
      .argument('<application>', 'id of the application')
      .option('--reason <text>', 'kept with it')
      .action(async (id: string, { reason }: { reason?: string }, command: Command) => {
        const gateway = await session.gateway(command);
        const answer = await gateway.post<ApplicationChangeOutput>(`${pathOf(id)}/withdraw`, { reason });
        session.answer(command, answer, () => oneLine(answer.message));
      }),
    'applications withdraw app_1f2e --reason "found something else"',
  );

  addPrefillCommand(applications, session);
}

const pathOf = (id: string): string => `/applications/${encodeURIComponent(id)}`;

function drawApplications(applications: readonly ApplicationSummaryDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'APPLICATION', value: (item) => item.id },
      { head: 'TITLE', value: (item) => item.title, shrink: true, max: 50 },
      { head: 'COMPANY', value: (item) => item.company, shrink: true, max: 30 },
      { head: 'STATUS', value: (item) => item.status, paint: paintStatus(terminal) },
      { head: 'BY', value: (item) => item.channel },
      { head: 'SENT', value: (item) => instant(item.sentAt) },
      { head: 'CHANGED', value: (item) => instant(item.updatedAt) },
    ],
    applications,
    terminal,
  );
}

function drawApplication(application: ApplicationDto, { terminal }: Session): string {
  const { id, title, company, status, serverSaid, picture } = application;
  return [
    terminal.style('bold', `${oneLine(title)} at ${oneLine(company)}`),
    facts(
      [
        ['status', status],
        ['prepared', instant(application.preparedAt)],
        ['sent', instant(application.sentAt)],
        ['server said', serverSaid === null ? undefined : oneLine(serverSaid)],
        ['form seen', picture === null ? undefined : `${instant(picture.at)}, ${oneLine(picture.pageUrl)}`],
        ['notes', oneLine(application.notes)],
      ],
      terminal,
    ),
    '',
    ...outgoingLines({ ...application, applicationId: id }, terminal),
    '',
    ...application.history.map(
      ({ at, to: became, by, note }) =>
        `${instant(at)}  ${became} by ${oneLine(by)}${note === null ? '' : `: ${oneLine(note)}`}`,
    ),
    ...(status === 'to_hand_in' ? ['', ...handInLines(id)] : []),
  ].join('\n');
}

const handInLines = (id: string): string[] => [
  `Fill it in:  jobhunter applications prefill ${id} --picture form.png`,
  `Handed in:   jobhunter applications set ${id} sent`,
];
