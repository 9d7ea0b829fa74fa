/** Gives every JobPosting in a JSON-LD value: alone, in lists, in @graph, in an ItemList or as main entity. */
export function jobPostingsIn(value: unknown, depth = 0): Record<string, unknown>[] {
  if (depth > 8) return [];
  if (Array.isArray(value)) return value.flatMap((item) => jobPostingsIn(item, depth + 1));
  if (!isRecord(value)) return [];
  if (isJobPosting(value['@type'])) return [value];
  return ['@graph', 'itemListElement', 'item', 'mainEntity'].flatMap((key) =>
    jobPostingsIn(value[key], depth + 1),
  );
}

/**
 * Parses the text of a JSON-LD script. Pages wrap it in comments or CDATA, leave bare line breaks in strings
 * and escape what needs no escape; all are mended. Throws SyntaxError where it is broken beyond that.
 */
export function parseJsonLd(text: string): unknown {
  const bare = text
    .trim()
    .replace(/^(?:<!--|\/\*\s*<!\[CDATA\[\s*\*\/|\/\/\s*<!\[CDATA\[|<!\[CDATA\[)/, '')
    .replace(/(?:-->|\/\*\s*\]\]>\s*\*\/|\/\/\s*\]\]>|\]\]>)$/, '')
    .trim();
  try {
    return JSON.parse(bare);
  } catch {
    return JSON.parse(mendStrings(bare));
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isJobPosting(type: unknown): boolean {
  if (Array.isArray(type)) return type.some(isJobPosting);
  return typeof type === 'string' && /^(?:https?:\/\/schema\.org\/|schema:)?JobPosting$/.test(type);
}

const VALID_ESCAPE = /["\\/bfnrtu]/;

/** Escapes control characters inside of strings (outside they are white space), and unescapes what needs none. */
function mendStrings(text: string): string {
  let inString = false;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (inString && c === '\\') {
      const escaped = text[++i] ?? '';
      out += VALID_ESCAPE.test(escaped) ? c + escaped : escaped;
      continue;
    }
    if (c === '"') inString = !inString;
    out += inString && c < ' ' ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c;
  }
  return out;
}
