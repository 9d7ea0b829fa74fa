import { PlatformError } from '#libs/run-log';
import { RetryableError } from '#libs/operations';
import { fetch } from 'undici';
import { readBody } from '../../http/body.js';
import { wireError } from '../../http/wire-error.js';

/** The model answers something that is no answer. What it said is not repeated: it may quote the key. */
export class ModelFailedError extends RetryableError {
  constructor(
    readonly url: string,
    readonly reason: string,
  ) {
    super('scraper/model-failed', `${url} ${reason}`);
  }
}

export interface EmbeddingsEndpoint {
  /** Base address of an OpenAI-compatible API. */
  readonly url: string;
  readonly model: string;
  /** Null where none is sent. */
  readonly key: string | null;
  readonly timeoutMs: number;
}

const MOST_BYTES = 32 * 1024 * 1024;

/** Gives the address that is asked, as it may be shown. */
export function shownAddress(base: string): string {
  const { origin, pathname } = addressOf(base);
  return origin + pathname;
}

function addressOf(base: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/embeddings`;
  return url;
}

/** Makes exactly the body that is sent. */
export const bodyOf = (model: string, texts: readonly string[]): string =>
  JSON.stringify({ model, input: texts, encoding_format: 'float' });

/**
 * Asks for the embeddings of texts, in their order. Follows no redirect, so that key and texts go nowhere else. Throws
 * ModelFailedError, NoAnswerError, AnswerTooLargeError or the signal's reason.
 */
export async function embed(
  { url, model, key, timeoutMs }: EmbeddingsEndpoint,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const shown = shownAddress(url);
  const late = AbortSignal.timeout(timeoutMs);
  const done = new AbortController();
  try {
    const response = await fetch(addressOf(url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: bodyOf(model, texts),
      redirect: 'manual',
      signal: AbortSignal.any([signal, late, done.signal]),
    });
    if (response.status !== 200) throw new ModelFailedError(shown, `answers ${response.status}`);
    const body = await readBody(shown, response.body, MOST_BYTES);
    const embeddings = embeddingsIn(body.toString('utf8'), texts.length);
    if (!embeddings)
      throw new ModelFailedError(shown, 'answers with something that is no list of embeddings');
    return embeddings;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PlatformError) throw error;
    throw wireError(shown, error, late.aborted ? `nothing whole within ${timeoutMs} ms` : undefined);
  } finally {
    done.abort();
  }
}

/** Null where the answer is not of the form, or not of so many embeddings of one length. */
function embeddingsIn(json: string, count: number): number[][] | null {
  let said: unknown;
  try {
    said = JSON.parse(json);
  } catch {
    return null;
  }
  const data = field(said, 'data');
  if (!Array.isArray(data) || data.length !== count) return null;
  const found: number[][] = [];
  for (const [at, item] of (data as unknown[]).entries()) {
    const vector = field(item, 'embedding');
    const index = field(item, 'index') ?? at;
    if (!isVector(vector) || typeof index !== 'number' || !(index in data)) return null;
    found[index] = vector;
  }
  const length = found[0]?.length;
  return Array.from({ length: count }, (_, at) => found[at]?.length).every((each) => each === length)
    ? found
    : null;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const isVector = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((number) => Number.isFinite(number));
