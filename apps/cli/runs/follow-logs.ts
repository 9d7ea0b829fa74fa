import type { FlowRunDto, TaskLogDto } from '#libs/contracts';
import type { GatewayClient, Query } from '../gateway/gateway-client.js';
import { ProblemError, ServerUnreachableError } from '../gateway/errors.js';
import type { FlowRunTree } from '../gateway/resources.js';
import { pauseFor } from '../gateway/pause.js';
import { LogPages } from './log-pages.js';

const LOOK_EVERY_MS = 500;
/** A run's last lines are stored a moment after its end. */
const SETTLES_WITHIN_MS = 2_000;
const LONGEST_PAUSE_MS = 4_000;
const PATIENCE = 8;

export interface FollowLogsOptions {
  readonly gateway: GatewayClient;
  /** The run's address. */
  readonly path: string;
  readonly query: Query;
  /** Ends the reading; the generator then returns. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Hears that the server was lost and is tried again. */
  readonly onLost: (reason: string) => void;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Gives the lines of a run in the order in which they were stored, with the run as it is just then, until the run
 * has ended and its last lines are there. What is read are the stored lines alone: a stream of what happens now
 * would leave out what was said before it opened and while it was away. Throws what the gateway refuses at once,
 * and a lost server when patience is over.
 */
export async function* followLogs(
  options: FollowLogsOptions,
): AsyncGenerator<{ readonly run: FlowRunTree; readonly lines: readonly TaskLogDto[] }> {
  const { gateway, path, query, signal, now, onLost, pause = pauseFor } = options;
  const pages = new LogPages(gateway, `${path}/logs`, query);
  // Outlives a failure between reading the lines and looking at the run.
  const unshown: TaskLogDto[] = [];
  let endedAt: number | undefined;
  for (let failures = 0; !signal.aborted;) {
    try {
      const isLast = endedAt !== undefined && now() - endedAt >= SETTLES_WITHIN_MS;
      const { lines, more } = await pages.next(signal);
      unshown.push(...lines);
      // Looked at after its lines, so that it names every task that spoke.
      const run = await gateway.get<FlowRunTree>(path, { signal });
      failures = 0;
      if (unshown.length > 0) yield { run, lines: unshown.splice(0) };
      if (more) continue;
      if (isLast) return;
      if (isOver(run)) endedAt ??= Math.min(now(), run.finishedAt ? Date.parse(run.finishedAt) : Infinity);
      if (endedAt === undefined || now() - endedAt < SETTLES_WITHIN_MS) await pause(LOOK_EVERY_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      if (!isPassing(error) || failures > PATIENCE) throw error;
      onLost(error.message);
      await pause(Math.min(LONGEST_PAUSE_MS, LOOK_EVERY_MS * 2 ** (failures - 1)), signal);
    }
  }
}

function isOver({ status }: FlowRunDto): boolean {
  return ['completed', 'failed', 'cancelled', 'halted'].includes(status);
}

function isPassing(error: unknown): error is Error {
  if (error instanceof ProblemError) return error.problem.disposition === 'retry';
  return error instanceof ServerUnreachableError;
}
