import { setTimeout as pause } from 'node:timers/promises';

export interface Folded {
  readonly events: number;
  readonly ms: number;
}

const LOOK_MS = 2;

/** Times a projection that catches up, from the first batch it has written to the last. */
export async function timeFolding(tallies: { readonly folded: number }, events: number): Promise<Folded> {
  while (tallies.folded === 0) await pause(LOOK_MS);
  const first = tallies.folded;
  const begun = performance.now();
  while (tallies.folded < events) await pause(LOOK_MS);
  return { events: tallies.folded - first, ms: performance.now() - begun };
}
