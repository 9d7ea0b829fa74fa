import { randomInt } from 'node:crypto';

/** What the harness can break on purpose, to see that the checker notices. */
export const BREAKS = ['fence', 'dedupe', 'ack'] as const;
export type Break = (typeof BREAKS)[number];

export interface ChaosOptions {
  readonly seed: number;
  /** How many runs are asked for. */
  readonly runs: number;
  /** How long faults last; starting, settling and checking come on top. */
  readonly seconds: number;
  /** Three brokers with three replicas in place of one. */
  readonly cluster: boolean;
  readonly broken: Break | undefined;
  /** Leaves logs, ledger and databases where they are. */
  readonly keep: boolean;
}

const NAMES = ['SEED', 'RUNS', 'SECONDS', 'CLUSTER', 'BREAK', 'KEEP'] as const;
type Name = (typeof NAMES)[number];

/** Reads `NAME=value` words. Throws a sentence that names the word, what it holds and what was expected. */
export function readOptions(words: readonly string[]): ChaosOptions {
  const said = new Map<Name, string>();
  for (const word of words) {
    const [name, ...value] = word.split('=');
    if (!NAMES.includes(name as Name) || value.length === 0)
      throw new Error(`${JSON.stringify(word)} is no option; expected ${NAMES.join('=…, ')}=…`);
    said.set(name as Name, value.join('='));
  }
  const whole = (name: Name, fallback: number, least: number): number => {
    const text = said.get(name);
    if (!text) return fallback;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new Error(`${name} is ${JSON.stringify(text)}; expected a whole number of at least ${least}`);
    return value;
  };
  const flag = (name: Name): boolean => {
    const text = said.get(name) ?? '';
    if (!['', '0', '1'].includes(text))
      throw new Error(`${name} is ${JSON.stringify(text)}; expected 0 or 1`);
    return text === '1';
  };
  const broken = said.get('BREAK') || undefined;
  if (broken !== undefined && !BREAKS.includes(broken as Break))
    throw new Error(`BREAK is ${JSON.stringify(broken)}; expected one of ${BREAKS.join(', ')}`);
  return {
    seed: whole('SEED', randomInt(1, 1_000_000), 0),
    runs: whole('RUNS', 300, 1),
    seconds: whole('SECONDS', 25, 1),
    cluster: flag('CLUSTER'),
    broken: broken as Break | undefined,
    keep: flag('KEEP'),
  };
}
