import { setTimeout as pauseFor } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { RequestOptions } from './http-client.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

/** What opens an answer of Server-Sent Events. */
export interface EventSource {
  stream(path: string, options?: RequestOptions): Promise<ReadableStream<Uint8Array>>;
}

export interface FollowOptions {
  /** Ends the reading; the generator then returns. */
  readonly signal: AbortSignal;
  /** After which event to begin; from the first one when absent. */
  readonly lastEventId?: string;
  /** Hears that the connection was lost and is tried again. */
  readonly onLost?: (error: unknown) => void;
  /** Tells whether another try may help after an error; by default unless it says that none would. */
  readonly isPassing?: (error: unknown) => boolean;
  /** How often in a row a connection may fail before the error is thrown. */
  readonly patience?: number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The server ended an answer that had no end yet. */
export class ConnectionClosedError extends Error {
  constructor() {
    super('the server closed the connection');
    this.name = new.target.name;
  }
}

/**
 * Reads Server-Sent Events and, when the connection breaks, goes on right after the last event that had an id.
 * Ends with the event `end`. Throws what the gateway refuses at once, and a lost server when patience is over.
 */
export async function* followEvents(
  source: EventSource,
  path: string,
  options: FollowOptions,
): AsyncGenerator<EventSourceMessage> {
  const { signal, onLost, lastEventId, isPassing = mayPass, patience = 8, pause = pauseOrAbort } = options;
  let position = lastEventId;
  for (let failures = 0; !signal.aborted;) {
    try {
      const body = await source.stream(path, {
        signal,
        headers: position === undefined ? {} : { 'last-event-id': position },
      });
      for await (const message of messagesOf(body)) {
        failures = 0;
        if (message.id !== undefined) position = message.id;
        yield message;
        if (message.event === 'end') return;
      }
      failures++;
      onLost?.(new ConnectionClosedError());
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      if (!isPassing(error) || failures > patience) throw error;
      onLost?.(error);
    }
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)), signal);
  }
}

async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => void ready.push(message) });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* ready.splice(0);
  }
}

/** Guards go by what an error says of itself; a connection that breaks says nothing. */
export const mayPass = (error: unknown): boolean =>
  typeof error !== 'object' || error === null || !('disposition' in error) || error.disposition === 'retry';

async function pauseOrAbort(ms: number, signal: AbortSignal): Promise<void> {
  await pauseFor(ms, undefined, { signal }).catch(() => undefined);
}
