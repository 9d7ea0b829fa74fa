import type { Pairs } from './statistics.js';

export interface Turns {
  /** One turn of each side; gives its figure. */
  readonly ours: () => Promise<number>;
  readonly bare: () => Promise<number>;
  readonly pairs: number;
  readonly say: (line: string) => void;
}

/** Measures two sides by turns, so that a busy moment of the machine falls on both. */
export async function byTurns({ ours, bare, pairs, say }: Turns): Promise<Pairs> {
  const taken: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let pair = 1; pair <= pairs; pair++) {
    taken.bare.push(await bare());
    taken.ours.push(await ours());
    say(`pair ${pair}: ours ${short(taken.ours.at(-1))}, reference ${short(taken.bare.at(-1))}`);
  }
  return taken;
}

const short = (value: number | undefined): string => value?.toPrecision(4) ?? '';
