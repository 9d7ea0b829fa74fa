import { describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { captureTerminal } from '../testing/captured-terminal.js';
import { cut, facts, table, type Column } from './table.js';

interface Row {
  readonly title: string;
  readonly pay?: number;
  readonly note?: string;
}

const columns: readonly Column<Row>[] = [
  { head: 'TITLE', value: (row) => row.title, shrink: true },
  { head: 'PAY', value: (row) => row.pay, align: 'right' },
  { head: 'NOTE', value: (row) => row.note },
];

describe('a table', () => {
  it('puts values below their heads and leaves out columns without any', () => {
    const rows = [{ title: 'Cook', pay: 7 }, { title: 'Bäcker' }, { title: 'Pilot', pay: 12_345 }];
    expect(table(columns, rows, captureTerminal())).toBe(
      ['TITLE     PAY', 'Cook        7', 'Bäcker', 'Pilot   12345'].join('\n'),
    );
  });

  it('fits the terminal by cutting what may give way', () => {
    const rows = [
      { title: 'A very long title that fits no narrow terminal', pay: 12_345, note: 'kept whole' },
    ];
    const lines = table(columns, rows, captureTerminal({ width: 40 })).split('\n');
    expect(lines.every((line) => stringWidth(line) <= 40)).toBe(true);
    expect(lines[1]).toMatch(/^A very long title th…  12345 {2}kept whole$/);
  });

  it('is not cut where no terminal limits it', () => {
    const title = 'x'.repeat(300);
    expect(table(columns, [{ title }], captureTerminal())).toContain(title);
  });

  it('lets no text from elsewhere steer the terminal', () => {
    const drawn = table(columns, [{ title: 'evil\u001b[2J\u0007\n\u202etitle' }], captureTerminal());
    expect(drawn).toBe('TITLE\nevil title');
  });

  it('counts wide characters as two columns', () => {
    expect(cut('求人情報', 5)).toBe('求人…');
    expect(cut('🚀 rocket', 9)).toBe('🚀 rocket');
  });
});

describe('facts', () => {
  it('leaves out what there is not', () => {
    const told = facts(
      [
        ['id', 'a1'],
        ['error', undefined],
        ['status', 'ok'],
      ],
      captureTerminal(),
    );
    expect(told).toBe('id      a1\nstatus  ok');
  });
});
