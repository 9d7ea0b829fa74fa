import type { Scenario } from '../flows/scenario.js';
import type { Random } from './seeded.js';
import type { Steering } from './steering.js';

/** A run that is to be asked for. */
export interface PlannedRun {
  /** When, in milliseconds from the beginning. */
  readonly atMs: number;
  readonly flow: string;
  readonly input: object;
  readonly idempotencyKey: string;
  readonly userId: string;
  /** Asked for by two clients at the same moment. */
  readonly twice: boolean;
  readonly steering: readonly Steering[];
}

const ASKED_TWICE = 0.1;

/** Spreads runs of all scenarios over a span of time. Each scenario comes up at least once where there is room. */
export function planRuns(
  random: Random,
  scenarios: readonly Scenario[],
  { runs, overMs }: { readonly runs: number; readonly overMs: number },
): readonly PlannedRun[] {
  const deck = scenarios.flatMap((scenario) => Array.from({ length: scenario.weight }, () => scenario));
  const chosen = Array.from({ length: runs }, (_, number) =>
    number < scenarios.length ? scenarios[number]! : random.pick(deck),
  );
  return random
    .shuffled(chosen)
    .map((scenario, number) => ({
      atMs: Math.round(random.next() * overMs),
      flow: scenario.flow.contract.name,
      input: scenario.input(random),
      idempotencyKey: `run-${number}`,
      userId: `user-${random.int(1, 3)}`,
      twice: random.chance(ASKED_TWICE),
      steering: scenario.steering?.(random) ?? [],
    }))
    .sort((a, b) => a.atMs - b.atMs);
}
