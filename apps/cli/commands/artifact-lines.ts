import type { Artifact } from '../gateway/resources.js';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { bytes, instant } from '../terminal/format.js';
import { oneLine, safeLines } from '../terminal/plain-text.js';
import { table } from '../terminal/table.js';

type Row = Readonly<Record<string, unknown>>;

/** Draws an artifact for people: its title, and what it holds as far as a terminal can show it. */
export function drawArtifact(artifact: Artifact, { terminal }: Pick<Session, 'terminal'>): string {
  const { id, key, kind, title, createdAt } = artifact;
  const about = [kind, key === null ? '' : `key ${key}`, instant(createdAt), id].filter(Boolean).join(', ');
  const head = terminal.style('bold', oneLine(title ?? key ?? kind));
  return `${head}  ${terminal.style('dim', oneLine(about))}\n${contentOf(artifact, terminal)}`;
}

function contentOf(
  { id, kind, data, dataRef, bytes: size }: Artifact,
  terminal: Session['terminal'],
): string {
  if (dataRef !== null && data === null) return `${bytes(size)}, too much to show: GET /artifacts/${id}`;
  if (kind === 'table' && isRows(data) && data.length > 0) {
    const heads = [...new Set(data.flatMap((row) => Object.keys(row)))];
    const columns = heads.map((head) => ({
      head: oneLine(head),
      value: (row: Row) => cell(row[head]),
      shrink: true,
    }));
    return table(columns, data, terminal);
  }
  // What an image holds in itself is nothing to read.
  if (kind === 'image' && typeof data === 'string' && data.startsWith('data:'))
    return `${data.slice(0, data.indexOf(',')).slice(0, 100)}, ${bytes(size)}: GET /artifacts/${id}`;
  return kind === 'markdown' && typeof data === 'string' ? safeLines(data) : resultLines(data);
}

const isRows = (data: unknown): data is readonly Row[] =>
  Array.isArray(data) && data.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row));

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
