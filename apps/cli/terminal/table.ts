import Table from 'cli-table3';
import stringWidth from 'string-width';
import { oneLine } from './plain-text.js';
import type { Terminal } from './terminal.js';

const GAP = 2;
const NARROWEST = 8;

export interface Column<Row> {
  readonly head: string;
  readonly value: (row: Row) => string | number | boolean | null | undefined;
  readonly align?: 'left' | 'right';
  /** Gives way, cut off with an ellipsis, where the terminal is too narrow; the others keep their width. */
  readonly shrink?: boolean;
  /** Never wider than this. */
  readonly max?: number;
  readonly paint?: (text: string, row: Row) => string;
}

/** Draws a table without borders that fits the terminal. Columns without any value are left out. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminal: Pick<Terminal, 'style' | 'width'>,
): string {
  const texts = rows.map((row) => columns.map((column) => oneLine(String(column.value(row) ?? ''))));
  const shown = columns
    .map((column, at) => ({ column, at }))
    .filter(({ at }) => texts.some((row) => row[at] !== ''));
  const widths = fit(
    shown.map(({ column, at }) => {
      const natural = Math.max(...[column.head, ...texts.map((row) => row[at] ?? '')].map(stringWidth));
      return { width: Math.min(natural, column.max ?? natural), shrink: column.shrink ?? false };
    }),
    terminal.width,
  );

  const drawing = new Table({
    chars: BORDERLESS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: widths,
    colAligns: shown.map(({ column }) => column.align ?? 'left'),
    head: shown.map(({ column }) => terminal.style('bold', column.head)),
  });
  rows.forEach((row, index) => {
    drawing.push(
      shown.map(({ column, at }, place) => {
        const text = cut(texts[index]?.[at] ?? '', widths[place] ?? 0);
        return column.paint ? column.paint(text, row) : text;
      }),
    );
  });
  return drawing
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Cuts a text to a width in columns and shows by an ellipsis that something is missing. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

// The widest column that may gives way first, so that short ones stay readable.
function fit(columns: { width: number; shrink: boolean }[], available: number | undefined): number[] {
  const total = (): number =>
    columns.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, columns.length - 1);
  while (available !== undefined && total() > available) {
    const widest = columns
      .filter(({ shrink, width }) => shrink && width > NARROWEST)
      .sort((a, b) => b.width - a.width)[0];
    if (widest === undefined) break;
    widest.width--;
  }
  return columns.map(({ width }) => width);
}

const BORDERLESS = {
  ...Object.fromEntries(
    [
      ...['top', 'top-mid', 'top-left', 'top-right'],
      ...['bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
      ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
    ].map((place) => [place, '']),
  ),
  middle: ' '.repeat(GAP),
};

/** Writes names and values below each other, the values in one column. */
export function facts(pairs: readonly (readonly [string, string | undefined])[], terminal: Terminal): string {
  const told = pairs.filter((pair): pair is readonly [string, string] => Boolean(pair[1]));
  const width = Math.max(0, ...told.map(([name]) => stringWidth(name)));
  return told.map(([name, value]) => `${terminal.style('dim', name.padEnd(width))}  ${value}`).join('\n');
}
