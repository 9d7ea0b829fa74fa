import {
  isAlias,
  isNode,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
  type ParsedNode,
  type YAMLError,
} from 'yaml';
import type { FileProblem, Place } from './problems.js';

/** The largest file that is read, in bytes. */
const MOST_BYTES = 1024 * 1024;

/** A text as YAML sees it, and what is wrong with it as such. */
export interface ParsedYaml {
  readonly root: ParsedNode | null;
  /** What each alias stands for. */
  readonly meant: ReadonlyMap<Node, Node>;
  readonly problems: readonly FileProblem[];
  readonly placeOf: (offset: number) => Place;
}

/** Parses YAML 1.2 with anchors and merge keys. Whatever is wrong stands in `problems`, one for each line. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const bytes = Buffer.byteLength(text);
  const tooLarge = bytes > MOST_BYTES;
  const document = parseDocument(tooLarge ? '' : text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'error',
  });
  const problems = new Map<number, FileProblem>();
  if (tooLarge)
    problems.set(1, {
      line: 1,
      column: 1,
      message: `the file has ${bytes} bytes, and at most ${MOST_BYTES} are read`,
    });
  for (const error of [...document.errors, ...document.warnings]) {
    const place = placeOf(error.pos[0]);
    if (!problems.has(place.line)) problems.set(place.line, { ...place, message: inPlainWords(error, text) });
  }
  const { meant, unknown } = aliasesOf(document);
  for (const { source, range } of unknown) {
    const place = placeOf(range?.[0] ?? 0);
    if (!problems.has(place.line))
      problems.set(place.line, { ...place, message: `there is no anchor &${source} before it` });
  }
  return { root: document.contents, meant, problems: [...problems.values()], placeOf };
}

/** Finds what aliases stand for, in one walk: the last anchor of that name before them. */
function aliasesOf(document: Document.Parsed) {
  const anchors = new Map<string, Node>();
  const meant = new Map<Node, Node>();
  const unknown: Alias[] = [];
  visit(document, (_key, node) => {
    if (isAlias(node)) {
      const found = anchors.get(node.source);
      if (found) meant.set(node, found);
      else unknown.push(node);
    } else if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string')
      anchors.set(node.anchor, node);
  });
  return { meant, unknown };
}

function inPlainWords({ code, message, pos }: YAMLError, text: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab stands where the line is indented; YAML takes spaces only';
    case 'DUPLICATE_KEY':
      return `${JSON.stringify(wordAt(text, pos[0]))} stands there twice; a key may stand once`;
    case 'MULTIPLE_DOCS':
      return 'a second document begins here (---); a file holds one';
    case 'TAG_RESOLVE_FAILED':
      return `${message}; tags are not taken`;
    default:
      if (isStar(text, pos[0])) return 'a text that begins with * must stand in quotes, as in "*/15 * * * *"';
      return message.replace(/ at line \d+, column \d+[\s\S]*$/, '');
  }
}

const wordAt = (text: string, at: number): string => /^[^\s:]*/.exec(text.slice(at, at + 100))![0];

/** An unquoted cron text that begins with a star is an alias to YAML. */
const isStar = (text: string, at: number): boolean => {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1).split('\n', 1)[0] ?? '';
  return /(?:[:\-,{[]|^)\s*\*\/?\d*[\s*]/.test(line);
};
