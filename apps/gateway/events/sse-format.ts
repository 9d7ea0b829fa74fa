import type { LiveEvent, RunEvent, StoredInRun } from '#libs/run-log';
import type { RunEnd } from './end-of-run.js';

/** Writes an event as a message of the stream. Only one of RUN has a sequence, by which a viewer resumes. */
export function eventMessage(stored: StoredInRun<RunEvent | LiveEvent>, seq: number | null): string {
  const { runId, event, time } = stored;
  const data = JSON.stringify({ runId, seq, time: new Date(time).toISOString(), event });
  return message(event.type, data, seq);
}

/** Writes the message that closes a stream whose run has ended. */
export const endMessage = (runId: string, end: RunEnd): string =>
  message('end', JSON.stringify({ runId, ...end }), null);

export const comment = (text: string): string => `: ${text}\n\n`;

/** Tells a browser how long to wait before it connects again, in milliseconds. */
export const retryAfter = (ms: number): string => `retry: ${ms}\n\n`;

/** Source: HTML standard, server-sent events. JSON holds no line break, so the data is one line. */
function message(type: string, data: string, id: number | null): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${type}\ndata: ${data}\n\n`;
}
