import stringWidth from 'string-width';
import { lookOf } from '../terminal/status-style.js';
import { cut } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

export interface TreeNode {
  readonly status: string;
  readonly name: string;
  /** What tells it apart from its neighbours. */
  readonly about?: string;
  /** How far or how long, told behind the name. */
  readonly detail?: string;
  /** What went wrong, on a line of its own. */
  readonly trouble?: string;
  readonly children: readonly TreeNode[];
}

type Piece = readonly [text: string, format?: Parameters<Terminal['style']>[0]];

/** Draws a run and its tasks as a tree; lines are cut to the terminal's width. */
export function drawTree(root: TreeNode, terminal: Pick<Terminal, 'style' | 'width'>): string {
  return draw(root, '', '')
    .map((pieces) => paint(pieces, terminal))
    .join('\n');
}

function draw(node: TreeNode, head: string, indent: string): Piece[][] {
  const [mark, format] = lookOf(node.status);
  const lines: Piece[][] = [
    [
      [head, 'dim'],
      [`${mark} `, format],
      [node.name, 'bold'],
      [node.about ? `  ${node.about}` : '', 'dim'],
      [node.detail ? `  ${node.detail}` : ''],
    ],
  ];
  if (node.trouble) {
    const bar = node.children.length > 0 ? '│ ' : '  ';
    lines.push([
      [`${indent}${bar}`, 'dim'],
      [node.trouble, format],
    ]);
  }
  node.children.forEach((child, index) => {
    const last = index === node.children.length - 1;
    lines.push(...draw(child, `${indent}${last ? '└─ ' : '├─ '}`, `${indent}${last ? '   ' : '│  '}`));
  });
  return lines;
}

function paint(pieces: readonly Piece[], { style, width }: Pick<Terminal, 'style' | 'width'>): string {
  let left = width ?? Infinity;
  let line = '';
  for (const [text, format] of pieces) {
    if (text === '' || left <= 0) continue;
    const shown = left === Infinity ? text : cut(text, left);
    left -= stringWidth(shown);
    line += format === undefined ? shown : style(format, shown);
  }
  return line;
}
