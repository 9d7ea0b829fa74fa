import type { BodyLimits } from '../claim-check.js';
import type { HeaderRecord } from '../headers.js';
import { millis, streamSeq } from '../ids.js';
import type { FlowRunId, Millis } from '../ids.js';
import type { RunLog, ServiceReader, StreamName } from '../run-log.js';
import { freshRun } from '../run-log.fixtures.js';
import type { ReaderReports } from '../undecodable.js';

/** What an adapter brings so that the suite can run against it. */
export interface Bench {
  /** Another handle on the same log, as another process has. */
  open(options?: ReaderReports & { readonly bodyLimits?: BodyLimits }): Promise<RunLog>;
  now(): Millis;
  /** Lets time pass where it does not do so by itself. */
  passTime(ms: number): Promise<void>;
  /** Stores a message past the log's own rules. */
  inject(stream: StreamName, subject: string, headers: HeaderRecord, body: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export type MakeBench = () => Promise<Bench>;

/** Sets up for one test: a bench, a handle on its log, and the id of a run that never was. */
export async function atBench(
  makeBench: MakeBench,
): Promise<{ readonly bench: Bench; readonly log: RunLog; readonly runId: FlowRunId }> {
  const bench = await makeBench();
  return { bench, log: await bench.open(), runId: freshRun() };
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
/** Where nothing lies yet. */
export const ZERO = streamSeq(0);
export const NORMAL: ServiceReader = {
  service: 'sums',
  operation: 'add',
  lane: 'normal',
  globalConcurrency: 100,
  slots: 10,
  ackWaitMs: millis(30_000),
};
