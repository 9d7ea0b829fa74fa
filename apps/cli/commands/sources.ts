import type { Command } from 'commander';
import type { CheckSourcesOutput, SourceDto, SourceHealthDto } from '#libs/contracts';
import type { Page } from '../gateway/gateway-client.js';
import type { Session } from '../session.js';
import { ExitCode } from '../terminal/exit-code.js';
import { count, instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';
import { table } from '../terminal/table.js';
import { callOperation } from './call-operation.js';
import { examples } from './list-options.js';
import { addWatchListCommands } from './watch-list.js';

export function addSourcesCommands(program: Command, session: Session): void {
  const sources = program
    .command('sources')
    .description('Look at the places where openings are searched, and at the employers you watch');

  examples(
    sources
      .command('ls')
      .description('List the sources, and how to switch on those that are off')
      .action(async (_options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const answer = await gateway.get<Page<SourceDto>>('/sources');
        session.answer(command, answer, () => drawSources(answer.items, session));
      }),
    'sources ls',
  );

  examples(
    sources
      .command('check')
      .description('Ask each source for a page, and tell how it stands and when it last came through')
      .argument('[source...]', 'only these')
      .option('--no-ask', 'tell only what is remembered')
      .action((names: string[], options: { ask: boolean }, command: Command) =>
        check(session, names, options.ask, command),
      ),
    'sources check',
    'sources check lever personio --no-ask',
  );

  addWatchListCommands(sources, session);
}

async function check(
  session: Session,
  names: readonly string[],
  ask: boolean,
  command: Command,
): Promise<void> {
  const input = { ask, ...(names.length > 0 ? { sources: names } : {}) };
  const report = await callOperation<CheckSourcesOutput>(session, command, 'check_sources', input);
  if (!report.success) session.exitCode = ExitCode.failed;
  session.answer(command, report, () => drawHealth(report.sources, session));
}

function drawSources(sources: readonly SourceDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'SOURCE', value: ({ name }) => name },
      { head: 'STATE', value: ({ enabled }) => (enabled ? 'on' : 'off') },
      { head: 'TAKES', value: ({ takes }) => takes.join(', ') },
      {
        head: 'WHAT',
        value: ({ description, offBecause }) => oneLine(offBecause ?? description),
        shrink: true,
      },
    ],
    sources,
    terminal,
  );
}

function drawHealth(sources: readonly SourceHealthDto[], { terminal }: Session): string {
  const drawn = table(
    [
      { head: 'SOURCE', value: ({ name }) => name },
      { head: 'STATE', value: ({ state }) => state, paint: paintStatus(terminal) },
      { head: 'LAST SUCCESS', value: ({ lastSuccessAt }) => instant(lastSuccessAt) || 'never' },
      { head: 'FAILURES', value: ({ failuresInARow }) => failuresInARow || '', align: 'right' },
      { head: 'BOARDS', value: ({ boards }) => boards || '', align: 'right' },
      { head: 'WHY', value: whyOf, shrink: true },
    ],
    sources,
    terminal,
  );
  const on = sources.filter(({ state }) => state !== 'off');
  const troubled = on.filter(({ state }) => state !== 'ok' && state !== 'unknown');
  const verdict = troubled.length === 0 ? 'none in trouble' : `${troubled.length} in trouble`;
  return `${drawn}\n\n${count(on.length, 'source')} on, ${verdict}.`;
}

function whyOf({ state, offBecause, lastFailure }: SourceHealthDto): string {
  if (state === 'off') return oneLine(offBecause ?? '');
  if (lastFailure === null) return '';
  const { message, at, outcome } = lastFailure;
  return oneLine(state === 'ok' ? `${outcome} ${instant(at)}: ${message}` : message);
}
