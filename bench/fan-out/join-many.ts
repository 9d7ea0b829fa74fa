import type { BareRuns } from '../bare-loop/bare-runs.js';
import { fanOut } from '../no-op/fan-out.flow.js';
import type { PlatformRuns } from '../steps/platform-runs.js';

export interface FanOut {
  readonly width: number;
  readonly times: number;
}

/** Milliseconds of each fan-out, from the request to the stored end. */
export interface JoinTimes {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

interface Sides {
  readonly ours: PlatformRuns;
  readonly bare: BareRuns;
  readonly text: string;
}

/** Fans out and joins, one flow at a time, ours and bare by turns. */
export async function joinMany({ ours, bare, text }: Sides, { width, times }: FanOut): Promise<JoinTimes> {
  const taken: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  const timed = async (side: keyof JoinTimes, run: () => Promise<void>): Promise<void> => {
    const begunAt = performance.now();
    await run();
    taken[side].push(performance.now() - begunAt);
  };
  for (let nth = 0; nth < times; nth++) {
    await timed('bare', () => bare.sideBySide(text, width));
    await timed('ours', () => ours.run(fanOut.contract.name, { width, text }));
  }
  return taken;
}
