import { assertNotBlockPage } from './block-page.js';
import { SchemaChangedError } from './schema-changed.js';

/** Parses an API's answer. An HTML page in its place is told apart: one that turns us away, or a changed API. */
export function parseJson(text: string): unknown {
  const start = text.trimStart();
  if (start.startsWith('<')) {
    assertNotBlockPage(text);
    throw new SchemaChangedError('', 'JSON', start.slice(0, 60));
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const expected = start === '' ? 'JSON' : 'JSON to its end';
    throw new SchemaChangedError('', expected, start === '' ? 'an empty answer' : text.slice(-40), {
      cause: error,
    });
  }
}
