import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { FlowRunDto } from '#libs/contracts';
import type { Page } from '../gateway/gateway-client.js';
import type { Artifact, Step } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { FailedError } from '../terminal/cli-error.js';
import { bytes, duration, instant } from '../terminal/format.js';
import { paintStatus } from '../terminal/status-style.js';
import { table } from '../terminal/table.js';
import { drawArtifact } from './artifact-lines.js';
import { examples, limitOption, moreLine } from './list-options.js';
import { drawRuns } from './run-table.js';
import { runPath } from './tell-steered.js';

/** Adds the commands that show what belongs to one run. */
export function addPartsCommands(flowRun: Command, session: Session): void {
  examples(
    flowRun
      .command('steps')
      .description('List what a run has asked for, step by step; a restart begins at one of them')
      .argument('<run>', 'id of the run')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const page = await gateway.get<Page<Step>>(`${runPath(id)}/steps`);
        session.answer(command, page, () => drawSteps(page.items, session));
      }),
    'flow-run steps 01JD2Z',
  );

  examples(
    flowRun
      .command('children')
      .description('List the runs that a run has started')
      .argument('<run>', 'id of the run')
      .addOption(limitOption(100))
      .action(async (id: string, { limit }: { limit: number }, command: Command) => {
        const gateway = await session.gateway(command);
        const page = await gateway.list<FlowRunDto>(`${runPath(id)}/children`, {}, limit);
        session.answer(command, page, () =>
          page.items.length === 0 ? 'It has started no run.' : drawRuns(page.items, session) + moreLine(page),
        );
      }),
    'flow-run children 01JD2Z',
  );

  examples(
    flowRun
      .command('artifacts')
      .description('Show what a run shows to people: texts, tables, links and images, the newest first')
      .argument('<run>', 'id of the run')
      .addOption(limitOption(20))
      .action(async (id: string, { limit }: { limit: number }, command: Command) => {
        const gateway = await session.gateway(command);
        const page = await gateway.list<Artifact>(`${runPath(id)}/artifacts`, {}, limit);
        session.answer(command, page, () => {
          if (page.items.length === 0) return 'It shows nothing.';
          return page.items.map((item) => drawArtifact(item, session)).join('\n\n') + moreLine(page);
        });
      }),
    'flow-run artifacts 01JD2Z',
  );

  examples(
    flowRun
      .command('export')
      .description('Write the whole history of a run as JSON, for a test that replays it')
      .argument('<run>', 'id of the run')
      .option('--out <file>', 'into this file instead of standard output')
      .action((id: string, { out }: { out?: string }, command: Command) =>
        exportRun(session, id, out, command),
      ),
    'flow-run export 01JD2Z --out histories/applied.json',
  );
}

async function exportRun(
  session: Session,
  id: string,
  out: string | undefined,
  command: Command,
): Promise<void> {
  const gateway = await session.gateway(command);
  const history = await gateway.get<{ readonly events: readonly unknown[] }>(`${runPath(id)}/export`);
  const text = JSON.stringify(history, null, 2);
  if (out === undefined) return session.terminal.print(text);
  try {
    await writeFile(out, `${text}\n`);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FailedError(`--out ${out}: it cannot be written (${code})`, undefined, { cause });
  }
  const size = Buffer.byteLength(text) + 1;
  const events = history.events.length;
  session.answer(
    command,
    { runId: id, file: out, bytes: size, events },
    () => `${events} events (${bytes(size)}) are written to ${out}.`,
  );
}

function drawSteps(steps: readonly Step[], { terminal }: Session): string {
  if (steps.length === 0) return 'It has asked for nothing yet.';
  return table(
    [
      { head: 'STEP', value: ({ number }) => number, align: 'right' },
      { head: 'KIND', value: ({ kind }) => kind },
      { head: 'NAME', value: ({ name }) => name, shrink: true },
      {
        head: 'STATE',
        value: ({ state, undone }) => (undone ? `${state}, undone` : state),
        paint: paintStatus(terminal),
      },
      { head: 'TRY', value: ({ attempt }) => attempt, align: 'right' },
      { head: 'ASKED', value: ({ askedAt }) => instant(askedAt) },
      {
        head: 'TOOK',
        value: ({ askedAt, endedAt }) =>
          endedAt === null ? '' : duration(Date.parse(endedAt) - Date.parse(askedAt)),
        align: 'right',
      },
      { head: 'UNDOES', value: ({ compensates }) => compensates, align: 'right' },
      { head: 'TASK OR FLOW RUN', value: ({ taskRunId, childRunId }) => taskRunId ?? childRunId },
      { head: 'ERROR', value: ({ error }) => error?.message, shrink: true, max: 50 },
    ],
    steps,
    terminal,
  );
}
