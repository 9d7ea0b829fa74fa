import { readFile } from 'node:fs/promises';
import type { Json, RawEvent } from './raw-log.js';

/** What the clients were told, and what was done to the processes, as the harness has written it down. */
export interface Testimony {
  /** Runs that a client was told are started, with the key that was asked for. */
  readonly accepted: readonly { readonly run: string; readonly key: string }[];
  /** Words to runs whose storing was confirmed. */
  readonly confirmed: readonly { readonly run: string; readonly seq: number }[];
  /** When processes stood still, in milliseconds of Unix time. */
  readonly standstills: readonly { readonly pid: number; readonly from: number; readonly to: number }[];
}

/** One line of the effects ledger. */
export interface LedgerEntry {
  readonly kind: 'begin' | 'effect';
  readonly operation: string;
  readonly label: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly pid: number;
  readonly at: number;
}

/** The log by runs, each in stream order. */
export type Runs = ReadonlyMap<string, readonly RawEvent[]>;

/** Everything that the checker goes by. */
export interface Evidence {
  readonly runs: Runs;
  readonly ledger: readonly LedgerEntry[];
  readonly testimony: Testimony;
  /** What a replay of each run's triggers decides, by run. */
  readonly replayed: ReadonlyMap<string, readonly Json[]>;
}

export function byRun(events: readonly RawEvent[]): Runs {
  const runs = new Map<string, RawEvent[]>();
  for (const event of events) {
    const run = runs.get(event.run);
    if (run) run.push(event);
    else runs.set(event.run, [event]);
  }
  return runs;
}

/** Reads a file of one JSON value a line. A line that a kill has cut short is no line. */
export async function readLines<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}
