import type { UndecodableEventError, UnknownEventError } from './errors.js';
import type { FlowRunId } from './ids.js';
import type { Position } from './position.js';

/** A stored message that a reader could not understand. */
export interface Undecodable {
  /** The reader that met it: a durable's name, or `viewer`. */
  readonly reader: string;
  readonly subject: string;
  readonly position: Position;
  /** Whether it lies where the start of its run does. */
  readonly isStart: boolean;
  /** The run it belongs to, where its subject names one. */
  readonly runId?: FlowRunId;
  readonly error: UnknownEventError | UndecodableEventError;
}

/**
 * What a reader does about a message it cannot decode: it reports it here and goes on, so that one bad message never
 * stops its neighbours. A durable reader acknowledges the message once the returned promise has resolved, which
 * leaves time to tell somebody; where it rejects, the broker hands the message out again.
 * `readRun` reports nothing: it says so in the history.
 */
export type OnUndecodable = (problem: Undecodable) => void | Promise<void>;

/** How readers tell of what went wrong outside anybody's call. */
export interface ReaderReports {
  readonly onUndecodable?: OnUndecodable;
  /** A handler threw, or a reader lost its broker for a moment; the reader goes on by itself. */
  readonly onReaderTrouble?: (reader: string, error: unknown) => void;
}

/** Tells one more listener of what cannot be decoded, after those who listen already. */
export const alsoTo = (
  reports: ReaderReports,
  listener: ((problem: Undecodable) => Promise<void>) | undefined,
): ReaderReports =>
  listener
    ? {
        ...reports,
        onUndecodable: async (problem) => {
          await reports.onUndecodable?.(problem);
          await listener(problem);
        },
      }
    : reports;

export const isUndecodable = (error: unknown): error is UnknownEventError | UndecodableEventError =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'run-log/unknown-event' || error.code === 'run-log/undecodable-event');
