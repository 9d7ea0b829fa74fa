import { SchemaChangedError } from './schema-changed.js';

/**
 * Cuts the JSON value that begins at the first brace or bracket at or after `from`, by matching brackets outside
 * of strings. Returns undefined where none begins before `limit` characters or it does not end.
 */
export function cutJson(text: string, from: number, limit = 200): string | undefined {
  const start = text.slice(from, from + limit).search(/[{[]/);
  if (start < 0) return undefined;
  let depth = 0;
  let inString = false;
  for (let i = from + start; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') depth++;
    else if ((c === '}' || c === ']') && --depth === 0) return text.slice(from + start, i + 1);
  }
  return undefined;
}

/** Parses the JSON that a script of the page assigns; undefined where no script matches `marker`. */
export function embeddedJson(html: string, marker: RegExp, name: string): unknown {
  const match = marker.exec(html);
  if (!match) return undefined;
  const text = cutJson(html, match.index + match[0].length);
  if (text === undefined) throw new SchemaChangedError(name, 'an object that ends', 'the end of the page');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SchemaChangedError(name, 'JSON', text.slice(0, 60), { cause: error });
  }
}
