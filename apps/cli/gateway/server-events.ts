import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { CliError } from '../terminal/cli-error.js';
import type { GatewayClient } from './gateway-client.js';
import { ProblemError } from './errors.js';
import { pauseFor } from './pause.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

export interface FollowOptions {
  /** Ends the reading; the generator then returns. */
  readonly signal: AbortSignal;
  /** After which event to begin; from the first one when absent. */
  readonly lastEventId?: string;
  /** Hears that the connection was lost and is tried again. */
  readonly onLost?: (reason: string) => void;
  /** How often in a row a connection may fail before the error is thrown. */
  readonly patience?: number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Reads Server-Sent Events and, when the connection breaks, goes on right after the last event that had an id.
 * Ends with the event `end`. Throws what the gateway refuses at once, and a lost server when patience is over.
 */
export async function* followEvents(
  gateway: GatewayClient,
  path: string,
  { signal, onLost, lastEventId, patience = 8, pause = pauseFor }: FollowOptions,
): AsyncGenerator<EventSourceMessage> {
  let position = lastEventId;
  for (let failures = 0; !signal.aborted;) {
    try {
      const body = await gateway.stream(path, {
        signal,
        headers: position === undefined ? {} : { 'last-event-id': position },
      });
      for await (const message of messagesOf(body)) {
        failures = 0;
        if (message.id !== undefined) position = message.id;
        yield message;
        if (message.event === 'end') return;
      }
      onLost?.('the server closed the connection');
      failures++;
    } catch (error) {
      if (signal.aborted) return;
      const passing = error instanceof ProblemError ? error.problem.disposition === 'retry' : true;
      failures++;
      if (!passing || failures > patience) throw error;
      onLost?.(error instanceof CliError ? error.message : 'the connection broke');
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
