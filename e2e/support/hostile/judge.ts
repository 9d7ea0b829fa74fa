import type { DocumentCheck } from '../../../apps/gateway/testing/document-check.js';
import type { HostileRequest } from './hostile-request.js';
import type { HostileAnswer } from './send.js';

/** What is not there on this machine, or has not answered in time: an honest answer to a request that asks for it. */
const HONEST: ReadonlySet<number> = new Set([501, 503, 504]);

/** Tells what is wrong with an answer; nothing where it is as it should be. */
export function faultsOf(
  { method, target }: HostileRequest,
  { status, mediaType, text }: HostileAnswer,
  check: DocumentCheck,
): string[] {
  if (status === undefined) return [`no answer: ${text}`];
  if (status >= 500 && !HONEST.has(status)) return [`${status} ${text.slice(0, 400)}`];
  const headless = method === 'HEAD' || (method === 'OPTIONS' && status === 204);
  if (headless) return [];
  if (status >= 400 && !mediaType.startsWith('application/problem+json'))
    return [`${status} is no problem but ${mediaType || 'nothing'}: ${text.slice(0, 200)}`];
  if (!mediaType.includes('json') || mediaType.includes('jsonl') || mediaType.includes('ndjson')) return [];
  const body = parsed(text);
  if (body === undefined) return [`${status} is no JSON: ${text.slice(0, 200)}`];
  if (status >= 400 && Reflect.get(Object(body), 'status') !== status)
    return [`${status} says another status: ${text.slice(0, 200)}`];
  return check.disagreements({ method, path: target, status, mediaType, body });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
