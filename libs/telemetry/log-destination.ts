import type { DestinationStream } from 'pino';

let chosen: DestinationStream | undefined;

/**
 * Sends the lines of every logger made from now on to `stream`, once a process like the telemetry itself: for a
 * program that hosts several services and keeps standard output for what it has to say. Gives the way back.
 */
export function sendLogsTo(stream: DestinationStream): () => void {
  const before = chosen;
  chosen = stream;
  return () => {
    chosen = before;
  };
}

/** Gives where loggers without a destination of their own write. */
export function logDestination(): DestinationStream {
  return chosen ?? process.stdout;
}
