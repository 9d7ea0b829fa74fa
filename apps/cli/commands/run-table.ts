import type { FlowRunDto } from '#libs/contracts';
import type { Session } from '../session.js';
import { duration, instant } from '../terminal/format.js';
import { paintStatus } from '../terminal/status-style.js';
import { table } from '../terminal/table.js';

/** Draws runs, one a line. */
export function drawRuns(runs: readonly FlowRunDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'RUN', value: (run) => run.id },
      { head: 'FLOW', value: (run) => run.flow, shrink: true },
      { head: 'STATUS', value: (run) => run.status, paint: paintStatus(terminal) },
      {
        head: 'TASKS',
        value: ({ tasks }) => `${tasks.success + tasks.cached}/${tasks.total}`,
        align: 'right',
      },
      { head: 'TOOK', value: (run) => duration(run.durationMs), align: 'right' },
      { head: 'CREATED', value: (run) => instant(run.createdAt) },
      { head: 'USER', value: (run) => run.actor.userId, shrink: true, max: 20 },
    ],
    runs,
    terminal,
  );
}
