import { type Command, Option } from 'commander';
import { DEAD_LETTER_STATUSES } from '#libs/contracts';
import type { DeadLetterDto } from '#libs/contracts';
import type { OperationAnswer } from '../gateway/resources.js';
import { readSince } from '../parameters/since.js';
import { askerOf } from '../runs/asker.js';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { ExitCode } from '../terminal/exit-code.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import { drawAnswer } from './draw-answer.js';
import { examples, limitOption, moreLine } from './list-options.js';

interface LsOptions {
  readonly status?: string;
  readonly operation?: string;
  readonly flowRun?: string;
  readonly since?: string;
  readonly limit: number;
}

const letterPath = (id: string): string => `/dead-letters/${encodeURIComponent(id)}`;

export function addDeadLettersCommands(program: Command, session: Session): void {
  const letters = program
    .command('dead-letters')
    .description('See to work that was handed out too often: no process that took it lived to finish it');

  examples(
    letters
      .command('ls')
      .description('List dead letters, the latest first')
      .addOption(new Option('--status <status>', 'in this state').choices(DEAD_LETTER_STATUSES))
      .option('--operation <name>', 'of this operation')
      .option('--flow-run <id>', 'of this run')
      .option('--since <when>', 'dead since: 30m, 1h, 7d or an ISO 8601 instant')
      .addOption(limitOption(20))
      .action((options: LsOptions, command: Command) => list(session, options, command)),
    'dead-letters ls --status open',
  );

  examples(
    letters
      .command('show')
      .description('Show one: what it was to do, for whom, and what became of it')
      .argument('<id>', 'id of the dead letter')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const letter = await gateway.get<DeadLetterDto>(letterPath(id));
        session.answer(command, letter, () => drawLetter(letter, session));
      }),
    'dead-letters show 01JD30.1',
  );

  examples(
    letters
      .command('retry')
      .description('Run it again with its input, for the user that it was for, and wait for its end')
      .argument('<id>', 'id of the dead letter')
      .option('--reason <text>', 'kept with it')
      .option('--force', 'even where the operation takes effect at most once, and may have')
      .action(async (id: string, options: { reason?: string; force?: boolean }, command: Command) => {
        const gateway = await session.gateway(command);
        const answer = await gateway.post<OperationAnswer>(`${letterPath(id)}/retry`, options);
        if (answer.status === 'failed') session.exitCode = ExitCode.failed;
        session.answer(command, answer, () => drawAnswer(answer, session));
      }),
    'dead-letters retry 01JD30.1 --reason "more memory now"',
  );

  examples(
    letters
      .command('drop')
      .description('Note that it is not to be retried; it is kept, with who said so and why')
      .argument('<id>', 'id of the dead letter')
      .requiredOption('--reason <text>', 'why')
      .action(async (id: string, { reason }: { reason: string }, command: Command) => {
        const gateway = await session.gateway(command);
        const letter = await gateway.post<DeadLetterDto>(`${letterPath(id)}/drop`, { reason });
        session.answer(command, letter, () => `${letter.operationName} ${letter.id} is dropped and kept.`);
      }),
    'dead-letters drop 01JD30.1 --reason "the posting is gone"',
  );
}

async function list(session: Session, options: LsOptions, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const { status, operation, flowRun: flowRunId, since, limit } = options;
  const from = since === undefined ? undefined : readSince(since, session.now());
  const page = await gateway.list<DeadLetterDto>(
    '/dead-letters',
    { status, operation, flowRunId, from },
    limit,
  );
  session.answer(command, page, () =>
    page.items.length === 0 ? 'No dead letters.' : drawLetters(page.items, session) + moreLine(page),
  );
}

function drawLetters(letters: readonly DeadLetterDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'DEAD LETTER', value: ({ id }) => id },
      { head: 'OPERATION', value: ({ operationName }) => operationName, shrink: true },
      { head: 'STATUS', value: ({ status }) => status },
      { head: 'FOR', value: ({ actor }) => actor.userId },
      { head: 'TAKEN', value: ({ deliveries }) => deliveries, align: 'right' },
      { head: 'FLOW RUN', value: ({ flowRunId }) => flowRunId },
      { head: 'RETRY', value: ({ retryTaskRunId }) => retryTaskRunId },
      { head: 'REASON', value: ({ reason }) => reason, shrink: true, max: 40 },
      { head: 'DEAD SINCE', value: ({ createdAt }) => instant(createdAt) },
    ],
    letters,
    terminal,
  );
}

function drawLetter(letter: DeadLetterDto, { terminal }: Session): string {
  const by = letter.settledBy ? ` by ${letter.settledBy.userId} at ${instant(letter.settledAt)}` : '';
  return [
    facts(
      [
        ['dead letter', letter.id],
        ['operation', `${letter.operationName} of ${letter.service}`],
        ['status', `${letter.status}${by}`],
        ['reason', letter.reason ? oneLine(letter.reason) : undefined],
        ['retried as', letter.retryTaskRunId ?? undefined],
        ['for', askerOf(letter.actor)],
        ['flow run', letter.flowRunId ?? undefined],
        ['handed out', `${letter.deliveries} times`],
        ['error', oneLine(letter.error.message)],
        ['dead since', instant(letter.createdAt)],
        ['trace', letter.traceId ?? undefined],
      ],
      terminal,
    ),
    '',
    'input',
    resultLines(letter.input),
  ].join('\n');
}
