import type { FlowClient } from '#libs/flows';
import { flowRunId } from '#libs/run-log';
import type { RunLog } from '#libs/run-log';
import type { NatsConnection } from '@nats-io/transport-node';
import { RunResults } from '../first-operation/run-results.js';
import { fanOut } from '../no-op/fan-out.flow.js';
import { benchActor } from '../no-op/registry.js';
import { RunCopies } from './copies.js';
import { skipStored } from './skip-stored.js';

interface Filling {
  readonly flows: FlowClient;
  readonly log: RunLog;
  readonly connection: NatsConnection;
  readonly text: string;
}

/** Runs a flow of one step, to be copied. */
export async function runOriginal({ flows, log, text }: Filling): Promise<string> {
  const results = await RunResults.follow(log);
  const { runId } = await flows.start(fanOut.contract.name, { width: 1, text }, { actor: benchActor });
  await results.of(runId);
  await results.close();
  return runId;
}

export interface Copying {
  readonly original: string;
  readonly copies: number;
}

/** Writes copies of a run while nobody works, and lets those who will work go on behind them; gives milliseconds. */
export async function fillWithCopies(
  { log, connection }: Filling,
  { original, copies }: Copying,
): Promise<number> {
  const begunAt = performance.now();
  const made = await RunCopies.of(log, connection, flowRunId(original));
  await made.write(copies);
  await skipStored(connection);
  return performance.now() - begunAt;
}
