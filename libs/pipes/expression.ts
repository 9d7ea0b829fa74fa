/** What an expression names: something inside of what its word stands for. */
export interface Reference {
  /** As it was written, with its braces. */
  readonly text: string;
  /** Field names and places in lists behind the word, from the outside in. */
  readonly path: readonly (string | number)[];
}

/** What expressions begin with. */
export interface Root {
  readonly word: string;
  /** What has to stand behind the word; nothing has to where it is left out. */
  readonly first?: RegExp;
  /** How an expression is written, for whoever wrote it otherwise. */
  readonly form: string;
}

/** A text in its pieces. */
export type Template = readonly (string | Reference)[];

/** What cannot be read; `text` is the expression, as far as it goes. */
export class UnreadableExpression extends Error {
  constructor(
    readonly text: string,
    readonly why: string,
  ) {
    super(`${text} ${why}`);
  }
}

const OPEN = '${{';
const CLOSE = '}}';
const EXPRESSION = /^([a-z]+)((?:\.[A-Za-z_$][\w$-]*|\[\d{1,9}\])*)$/;
const SHOWN = 80;

/**
 * Reads a text with expressions such as `${{ steps.search.found[0].id }}`, where `steps` is the root's word. `$${{`
 * stands for `${{` itself. Throws UnreadableExpression.
 */
export function readTemplate(text: string, root: Root): Template {
  const pieces: (string | Reference)[] = [];
  let plain = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf(OPEN, at);
    if (open < 0) break;
    if (text[open - 1] === '$' && open > at) {
      plain += text.slice(at, open - 1) + OPEN;
      at = open + OPEN.length;
      continue;
    }
    plain += text.slice(at, open);
    const close = text.indexOf(CLOSE, open);
    if (close < 0) throw new UnreadableExpression(cut(text.slice(open)), 'has no }} at its end');
    at = close + CLOSE.length;
    if (plain !== '') pieces.push(plain);
    plain = '';
    pieces.push(readExpression(text.slice(open, at), root));
  }
  plain += text.slice(at);
  if (plain !== '' || pieces.length === 0) pieces.push(plain);
  return pieces;
}

/** Whether a value is a text of one expression and nothing else. */
export function isExpression(value: unknown, root: Root): value is string {
  if (typeof value !== 'string') return false;
  try {
    const [only, ...more] = readTemplate(value, root);
    return typeof only === 'object' && more.length === 0;
  } catch (error) {
    if (error instanceof UnreadableExpression) return false;
    throw error;
  }
}

function readExpression(text: string, { word, first, form }: Root): Reference {
  const [, said, rest] = EXPRESSION.exec(text.slice(OPEN.length, -CLOSE.length).trim()) ?? [];
  const path = [...(rest ?? '').matchAll(/\.([^.[]+)|\[(\d+)\]/g)].map(([, field, place]) =>
    field === undefined ? Number(place) : field,
  );
  if (said !== word || (first && !(typeof path[0] === 'string' && first.test(path[0]))))
    throw new UnreadableExpression(
      cut(text),
      `cannot be read: expected ${OPEN} ${form} ${CLOSE}, with .<field> and [<place>] behind it`,
    );
  return { text, path };
}

const cut = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
