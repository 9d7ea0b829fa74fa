/** A metric that an expression asks for, with the labels by which it picks. */
export interface Asked {
  readonly name: string;
  readonly labels: readonly string[];
}

const WORDS = new Set([
  'and',
  'or',
  'unless',
  'on',
  'ignoring',
  'bool',
  'by',
  'without',
  'offset',
  'inf',
  'nan',
]);

/**
 * Finds the metrics that PromQL asks for: whatever is a name and neither a function, nor a word of the language, nor
 * in a list of labels. Source: prometheus.io, Querying basics.
 */
export function askedBy(expression: string): Asked[] {
  const bare = expression
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const asked: Asked[] = [];
  const words = /\b\d[\w.]*|"(?:[^"\\]|\\.)*"|([a-zA-Z_:][\w:]*)\s*(\()?(\{[^}]*\})?/g;
  for (const [, name = '', call, matchers = ''] of bare.matchAll(words)) {
    if (name === '' || call !== undefined || WORDS.has(name)) continue;
    const labels = [...matchers.matchAll(/([a-zA-Z_]\w*)\s*[=!]/g)].map(([, label = '']) => label);
    asked.push({ name, labels });
  }
  return asked;
}
