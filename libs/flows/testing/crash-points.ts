import type { DecisionEvent } from '#libs/run-log';
import { canonicalJson, describeDecision } from '../core/index.js';
import type { SimulatedEntry } from './simulated-entry.js';

/** Up to so many decisions every point is tried; of a longer log a few, evenly spread. */
const ALL_POINTS = 150;
const FEW_POINTS = 2;

/** After how many of `count` decisions a crash is tried. */
export function crashPoints(count: number): number[] {
  const points = count <= ALL_POINTS ? count : FEW_POINTS;
  if (points === 0) return [0];
  return Array.from({ length: points + 1 }, (_, index) => Math.round((index * count) / points));
}

/** Throws where what a replay adds after a crash is not what the log had lost by it. */
export function assertSame(
  lost: readonly SimulatedEntry[],
  added: readonly SimulatedEntry[],
  keep: number,
): void {
  const length = Math.max(lost.length, added.length);
  for (let index = 0; index < length; index++) {
    const [was, is] = [told(lost[index]), told(added[index])];
    if (was === is) continue;
    const which = keep + index + 1;
    throw new Error(
      `a crash after ${keep} decisions: decision ${which} was ${was}, and after the replay it is ${is}`,
    );
  }
}

function told(entry: SimulatedEntry | undefined): string {
  if (!entry) return 'nothing';
  const decision = entry.event as DecisionEvent;
  return `${describeDecision(decision)} in answer to ${entry.cause}: ${canonicalJson(untraced(decision))}`;
}

/** Where in the engine an error came up differs between live and replay, and says nothing about the run. */
const untraced = (decision: DecisionEvent): unknown =>
  JSON.parse(JSON.stringify(decision, (key, value: unknown) => (key === 'traceback' ? undefined : value)));
