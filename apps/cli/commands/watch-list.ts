import type { Command } from 'commander';
import type {
  ListWatchedEmployersOutput,
  UnwatchEmployerOutput,
  WatchedEmployerDto,
  WatchEmployerOutput,
} from '#libs/contracts';
import type { Session } from '../session.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';
import { table } from '../terminal/table.js';
import { callOperation } from './call-operation.js';
import { examples } from './list-options.js';

interface WatchOptions {
  readonly source?: string;
  readonly name?: string;
}

/** Adds the commands for the employers whose boards are asked with every search. */
export function addWatchListCommands(sources: Command, session: Session): void {
  examples(
    sources
      .command('watched')
      .description('List the employers you watch, and how their boards last answered')
      .option('--source <name>', 'at this source')
      .action(async ({ source }: WatchOptions, command: Command) => {
        const input = source === undefined ? {} : { source };
        const name = 'list_watched_employers';
        const list = await callOperation<ListWatchedEmployersOutput>(session, command, name, input);
        session.answer(command, list, () => drawEmployers(list.employers, session));
      }),
    'sources watched',
  );

  examples(
    sources
      .command('watch')
      .description('Watch an employer: every search of its source asks its board from now on')
      .argument('<board>', 'address of its board or of one of its openings, or its token with --source')
      .option('--source <name>', 'where the board is')
      .option('--name <text>', 'what you call the employer')
      .action(async (board: string, options: WatchOptions, command: Command) => {
        const input = { board, ...options };
        const answer = await callOperation<WatchEmployerOutput>(session, command, 'watch_employer', input);
        session.answer(command, answer, () => sentenceOn(answer));
      }),
    'sources watch https://jobs.lever.co/acme',
    'sources watch acme --source personio --name "Acme GmbH"',
  );

  examples(
    sources
      .command('unwatch')
      .description('Watch an employer no longer')
      .argument('<board>', 'address of its board, or its token with --source')
      .option('--source <name>', 'where the board is')
      .action(async (board: string, options: WatchOptions, command: Command) => {
        const input = { board, ...options };
        const answer = await callOperation<UnwatchEmployerOutput>(
          session,
          command,
          'unwatch_employer',
          input,
        );
        session.answer(command, answer, () => `${answer.board} at ${answer.source} is watched no longer.`);
      }),
    'sources unwatch acme --source personio',
  );
}

function sentenceOn({ added, employer }: WatchEmployerOutput): string {
  const who = oneLine(`${employer.name ?? employer.board} at ${employer.source}`);
  return added ? `${who} is watched from now on.` : `${who} was watched already.`;
}

function drawEmployers(employers: readonly WatchedEmployerDto[], { terminal }: Session): string {
  if (employers.length === 0)
    return 'You watch no employer. Watch one: jobhunter sources watch https://jobs.lever.co/acme';
  return table(
    [
      { head: 'SOURCE', value: ({ source }) => source },
      { head: 'BOARD', value: ({ board }) => board },
      { head: 'NAME', value: ({ name }) => oneLine(name ?? ''), shrink: true, max: 40 },
      { head: 'LAST', value: ({ lastOutcome }) => lastOutcome ?? 'not asked', paint: paintStatus(terminal) },
      { head: 'LAST SUCCESS', value: ({ lastSuccessAt }) => instant(lastSuccessAt) },
      { head: 'WHY', value: ({ lastMessage }) => oneLine(lastMessage ?? ''), shrink: true },
    ],
    employers,
    terminal,
  );
}
