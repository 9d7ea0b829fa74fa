import type { JetStreamRunLog } from '#libs/run-log';
import { readQueues, readStreams } from '#libs/run-log';
import { observe } from '#libs/telemetry';
import type { AuditHost } from '../audit.host.js';
import type { Clock } from '../projection/clock.js';
import type { Tallies } from '../projection/tally.js';
import { Cached } from './cached.js';
import { tellQueues, tellSizes } from './log-figures.js';
import { tellFolding, tellOpenRuns } from './record-figures.js';

/** However often somebody asks, the broker and the database are asked no more than so often, in milliseconds. */
const LIFE_MS = 2_000;

export interface ObservedAudit {
  readonly log: Pick<JetStreamRunLog, 'connection'>;
  readonly host: AuditHost;
  readonly tallies: Readonly<Tallies>;
  readonly clock: Clock;
}

/**
 * Tells of the whole log: what waits in it for whom, what it weighs, and what of it is in the database. The audit does
 * so for all processes; where several audits run, each tells the same. What cannot be asked at present is left out.
 */
export function observeAudit({ log, host, tallies, clock }: ObservedAudit): () => void {
  const queues = new Cached(() => readQueues(log.connection), LIFE_MS, clock);
  const sizes = new Cached(() => readStreams(log.connection), LIFE_MS, clock);
  const openRuns = new Cached(() => host.countOpenRuns(), LIFE_MS, clock);
  const leaves = [
    observe((tell) => tellFolding(tell, tallies, host.streams)),
    observe(async (tell) => tellQueues(tell, await queues.get(), clock.now())),
    observe(async (tell) => tellSizes(tell, await sizes.get())),
    observe(async (tell) => tellOpenRuns(tell, await openRuns.get())),
  ];
  return () => leaves.forEach((leave) => leave());
}
