import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedRun } from '../plan/plan-runs.js';
import type { Client } from './client.js';

/** Asks for runs at their times and says to them what the plan says. Resolves when everything was answered. */
export async function askForRuns(client: Client, plan: readonly PlannedRun[]): Promise<void> {
  const begun = performance.now();
  const asked: Promise<void>[] = [];
  for (const planned of plan) {
    await delay(Math.max(0, planned.atMs - (performance.now() - begun)));
    asked.push(askForOne(client, planned));
  }
  await Promise.all(asked);
}

async function askForOne(client: Client, planned: PlannedRun): Promise<void> {
  const run = await client.start(planned);
  if (run === undefined) return;
  let at = 0;
  for (const steering of planned.steering.toSorted((a, b) => a.afterMs - b.afterMs)) {
    await delay(steering.afterMs - at);
    at = steering.afterMs;
    await client.steer(run, planned.userId, steering);
  }
}
