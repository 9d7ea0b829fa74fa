import { runIdOfInstant } from '#libs/deployments';
import { streamSeq, type RunLog } from '#libs/run-log';

/** A deployment and the one instant of it that is looked at, in milliseconds since the epoch. */
export interface Expected {
  readonly id: string;
  readonly instant: number;
}

export interface Fired {
  /** From the instant to the stored start of its run, in milliseconds, by the clock of one machine. */
  readonly lateMs: readonly number[];
  readonly lost: number;
  /** Runs of these deployments beyond those of the instants. */
  readonly more: number;
}

/** Compares the starts that a log holds from a sequence on with the instants that passed. */
export async function firedOf(log: RunLog, fromSeq: number, expected: readonly Expected[]): Promise<Fired> {
  const due = new Map(expected.map(({ id, instant }) => [runIdOfInstant(id, instant) as string, instant]));
  const lateMs: number[] = [];
  let more = 0;
  for await (const { event, runId, time } of log.readAll('RUN', streamSeq(fromSeq))) {
    if (event.type !== 'StartRequested' || event.deploymentId === undefined) continue;
    const instant = due.get(runId);
    if (instant === undefined) more++;
    else lateMs.push(time - instant);
    due.delete(runId);
  }
  return { lateMs, lost: due.size, more };
}
