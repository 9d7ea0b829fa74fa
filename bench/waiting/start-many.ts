import type { FlowClient } from '#libs/flows';
import { benchActor } from '../no-op/registry.js';

export interface Many {
  readonly flow: string;
  readonly input: object;
  readonly runs: number;
  /** Requests under way at a time. */
  readonly parallel: number;
}

/** Starts so many runs and does not wait for what becomes of them; gives milliseconds. */
export async function startMany(flows: FlowClient, { flow, input, runs, parallel }: Many): Promise<number> {
  const begunAt = performance.now();
  let left = runs;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await flows.start(flow, input, { actor: benchActor });
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return performance.now() - begunAt;
}
