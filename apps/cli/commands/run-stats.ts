import type { AnalyticsRunOutput, StatsDto } from '#libs/contracts';
import type { Session } from '../session.js';
import { paintStatus } from '../terminal/status-style.js';
import { type Column, facts, table } from '../terminal/table.js';

/** Draws the figures of one run: its operations with their counts. */
export function drawRunStats(
  { flowRunId, flow, status, operations, all }: AnalyticsRunOutput,
  columns: <Row>(of: (row: Row) => StatsDto) => Column<Row>[],
  { terminal }: Session,
): string {
  const head = facts(
    [
      ['flow run', flowRunId],
      ['flow', flow],
      ['status', paintStatus(terminal)(status)],
    ],
    terminal,
  );
  if (operations.length === 0) return `${head}\n\nIt has run no operation.`;
  type Row = AnalyticsRunOutput['operations'][number];
  const name: Column<Row> = { head: 'OPERATION', value: ({ operation }) => operation, shrink: true };
  const rows = operations.length > 1 ? [...operations, { operation: 'all', stats: all }] : operations;
  return `${head}\n\n${table([name, ...columns<Row>(({ stats }) => stats)], rows, terminal)}`;
}
