import type { Command } from 'commander';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { oneLine } from '../terminal/plain-text.js';
import { watchToTheEnd } from './flow.js';
import { examples } from './list-options.js';
import { runPath } from './tell-steered.js';

interface UndoAnswer {
  readonly undoes: string;
  readonly flow: string;
  readonly steps: readonly {
    readonly step: number;
    readonly name: string;
    readonly by: { readonly task: string; readonly service: string };
    readonly input: unknown;
  }[];
  readonly left: readonly { readonly step: number; readonly name: string; readonly why: string }[];
  readonly runId: string | null;
  readonly existing: boolean;
}

interface UndoOptions {
  readonly preview?: boolean;
  readonly yes?: boolean;
  readonly watch?: boolean;
}

/** Adds `undo`, which shows what it would do before it does it. */
export function addUndoCommand(flowRun: Command, session: Session): void {
  examples(
    flowRun
      .command('undo')
      .description('Undo what an ended run has done, last first, by what its flow declares for that')
      .argument('<run>', 'id of the run')
      .option('--preview', 'only show what would be undone, and what would not')
      .option('--yes', 'do it without asking')
      .option('--watch', 'watch the undo until it ends')
      .action((id: string, options: UndoOptions, command: Command) => undo(session, id, options, command)),
    'flow-run undo 01JD2Z --preview',
    'flow-run undo 01JD2Z --yes --watch',
  );
}

async function undo(session: Session, id: string, options: UndoOptions, command: Command): Promise<void> {
  const { preview, yes, watch } = options;
  const gateway = await session.gateway(command);
  const path = `${runPath(id)}/undo`;
  if (preview || !yes) {
    const plan = await gateway.post<UndoAnswer>(path, { preview: true });
    if (preview || plan.steps.length === 0) return session.answer(command, plan, () => draw(plan));
    session.terminal.note(draw(plan));
    if (!session.terminal.canAsk)
      throw new UsageError(
        'nothing was undone, because --yes was not given',
        `jobhunter flow-run undo ${id} --yes`,
      );
    if (!(await session.terminal.confirm('Undo this?'))) return session.terminal.note('Nothing was undone.');
  }
  const done = await gateway.post<UndoAnswer>(path, {});
  const { runId, flow } = done;
  if (runId !== null && watch) return watchToTheEnd(session, command, { runId, flow }, false);
  session.answer(command, done, () => {
    if (runId === null) return draw(done);
    const steps = done.steps.length === 1 ? '1 step' : `${done.steps.length} steps`;
    return `Run ${runId} undoes ${steps} of ${id}.\nNext: jobhunter flow-run watch ${runId}`;
  });
}

function draw({ undoes, steps, left }: UndoAnswer): string {
  const lines = steps.map(
    ({ step, name, by, input }) =>
      `  ${step}. ${name}, by ${by.task} of ${by.service}: ${oneLine(resultLines(input))}`,
  );
  const stays = left.map(({ step, name, why }) => oneLine(`  ${step}. ${name}: ${why}`));
  return [
    ...(lines.length === 0
      ? [`There is nothing to undo of ${undoes}.`]
      : [`Undone, in this order:`, ...lines]),
    ...(stays.length === 0 ? [] : ['Left as it is:', ...stays]),
  ].join('\n');
}
