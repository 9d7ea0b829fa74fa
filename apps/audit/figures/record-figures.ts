import { gauge, observedCounter } from '#libs/telemetry';
import type { Tell } from '#libs/telemetry';
import type { Collections } from '../projection/collections.js';
import type { Projections } from '../projection/projections.js';
import type { Tallies } from '../projection/tally.js';
import { BY_STATUS } from '../records/flow-run.record.js';

/** Of runs that have ended there are too many to count each time; that they end is counted where they do. */
const OPEN = ['pending', 'running', 'waiting', 'paused', 'halted'] as const;
const COUNT_MS = 2_000;

const open = gauge('flow.runs.open', {
  unit: '{run}',
  description: 'Flow runs that have not ended, by status, as the database has them',
});
const isHalted = gauge('projection.halted', {
  unit: '1',
  description: '1 where a stream is not folded any more until a person has looked, else 0',
});
const notes = observedCounter('audit.notes', {
  unit: '{note}',
  description: 'What the audit met while folding, by kind (undecodable, orphans, refused, lost, deadLetters)',
});
const folded = observedCounter('audit.folded', {
  unit: '{event}',
  description: 'Events that were folded into the database',
});

export type OpenRuns = Readonly<Record<(typeof OPEN)[number], number>>;

/** Counts the flow runs that have not ended. Throws what the database does. */
export async function countOpenRuns({ flowRuns }: Pick<Collections, 'flowRuns'>): Promise<OpenRuns> {
  const counts = await Promise.all(
    OPEN.map(async (status) => [
      status,
      await flowRuns.countDocuments({ status }, { timeoutMS: COUNT_MS, hint: BY_STATUS }),
    ]),
  );
  return Object.fromEntries(counts) as OpenRuns;
}

export function tellOpenRuns(tell: Tell, counts: OpenRuns): void {
  for (const status of OPEN) tell(open, counts[status], { status });
}

/** Tells what this process knows by itself. */
export function tellFolding(
  tell: Tell,
  { folded: events, ...tallies }: Readonly<Tallies>,
  { runs, calls, live }: Pick<Projections, 'runs' | 'calls' | 'live'>,
): void {
  tell(folded, events);
  for (const [kind, count] of Object.entries(tallies)) tell(notes, count, { kind });
  for (const { stream, halted } of [runs, calls, live]) tell(isHalted, halted ? 1 : 0, { stream });
}
