import { ConnectionClosedError, followEvents as follow, type FollowOptions } from '#libs/client';
import type { EventSourceMessage } from 'eventsource-parser';
import { CliError } from '../terminal/cli-error.js';
import { ProblemError } from './errors.js';
import type { GatewayClient } from './gateway-client.js';

export type FollowEventsOptions = Omit<FollowOptions, 'onLost' | 'isPassing'> & {
  /** Hears that the connection was lost and is tried again. */
  readonly onLost?: (reason: string) => void;
};

/**
 * Reads Server-Sent Events and, when the connection breaks, goes on right after the last event that had an id.
 * Ends with the event `end`. Throws what the gateway refuses at once, and a lost server when patience is over.
 */
export function followEvents(
  gateway: GatewayClient,
  path: string,
  { onLost, ...options }: FollowEventsOptions,
): AsyncGenerator<EventSourceMessage> {
  return follow(gateway, path, {
    ...options,
    isPassing: (error) => !(error instanceof ProblemError) || error.problem.disposition === 'retry',
    ...(onLost ? { onLost: (error) => onLost(reasonOf(error)) } : {}),
  });
}

const reasonOf = (error: unknown): string =>
  error instanceof CliError || error instanceof ConnectionClosedError
    ? error.message
    : 'the connection broke';
