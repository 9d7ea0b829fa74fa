import Table from 'cli-table3';
import type { Result } from './result.js';

/** Lays the results out for people. */
export function resultsTable(results: readonly Result[]): string {
  const table = new Table({
    head: ['', 'what', 'ours', 'reference', 'ratio', 'goal', 'holds'],
    colWidths: [15, 52, null, null, null, null, null],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { id, what, ours, reference, ratio, goal, holds } of results)
    table.push([
      id,
      what,
      ours,
      reference ?? '-',
      ratio ?? '-',
      goal ?? '-',
      holds === null ? '-' : holds ? 'yes' : 'NO',
    ]);
  return table.toString();
}
