import { followEvents } from '../gateway/server-events.js';
import { ProblemError } from '../gateway/errors.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import { pauseFor } from '../gateway/pause.js';
import type { RunEnd, StreamedEvent } from '../gateway/resources.js';
import { sentenceOf } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { newView, type RunView, watch } from './run-view.js';
import { lineWatcher, type RunWatcher, treeWatcher } from './watchers.js';

const LOOK_EVERY_MS = 250;
const PATIENCE = 40;

export interface FollowRunOptions {
  readonly gateway: GatewayClient;
  readonly terminal: Terminal;
  readonly runId: string;
  readonly flow: string;
  /** Ctrl-C cancels the run instead of leaving it to itself. */
  readonly cancelOnInterrupt?: boolean;
  /** Keeps standard output free: what happens is told in lines on standard error. */
  readonly quietOutput?: boolean;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface FollowedRun {
  readonly view: RunView;
  /** Undefined when the watching was interrupted before the run ended. */
  readonly end: RunEnd | undefined;
}

/**
 * Shows a run from its first event to its end, or until Ctrl-C; where it goes on in another run, that one then. Throws
 * what the gateway refuses.
 */
export async function followRun(options: FollowRunOptions): Promise<FollowedRun> {
  let followed = await followOne(options);
  for (let next = followed.end?.continuedBy; next !== undefined; next = followed.end?.continuedBy) {
    await begun(next, options);
    followed = await followOne({ ...options, runId: next });
  }
  return followed;
}

async function followOne(options: FollowRunOptions): Promise<FollowedRun> {
  const { gateway, terminal, runId, flow } = options;
  let view = newView(runId, flow);
  const watcher = await watcherFor(options, view);
  const stop = new AbortController();
  const release = terminal.onInterrupt(interruptHandler(options, watcher, stop));
  try {
    const path = `/flow-runs/${encodeURIComponent(runId)}/events`;
    const onLost = (reason: string): void => watcher.remark(`${reason}; trying again`);
    for await (const message of followEvents(gateway, path, { signal: stop.signal, onLost })) {
      if (message.event === 'end') return { view, end: JSON.parse(message.data) as RunEnd };
      const event = JSON.parse(message.data) as StreamedEvent;
      view = watch(view, event);
      watcher.saw(event, view);
    }
    return { view, end: undefined };
  } finally {
    release();
    watcher.end(view);
  }
}

/** The run that goes on is started a moment after the other one has ended. */
async function begun(runId: string, { gateway, pause = pauseFor }: FollowRunOptions): Promise<void> {
  const { signal } = new AbortController();
  for (let tries = 1; ; tries++) {
    try {
      await gateway.get(`/flow-runs/${encodeURIComponent(runId)}`);
      return;
    } catch (error) {
      const isMissing = error instanceof ProblemError && error.problem.status === 404;
      if (!isMissing || tries >= PATIENCE) throw error;
      await pause(LOOK_EVERY_MS, signal);
    }
  }
}

/** Gives the exit code that tells a script how a run ended; a result may say that nothing came of it. */
export function exitCodeOfRun({ status, result }: Pick<RunEnd, 'status' | 'result'>): ExitCode {
  if (status === 'halted') return ExitCode.halted;
  return status === 'completed' && !isUnsuccessful(result) ? ExitCode.ok : ExitCode.failed;
}

function isUnsuccessful(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  const { success, reason } = result as { readonly success?: unknown; readonly reason?: unknown };
  return success === false && reason !== 'dry_run';
}

async function watcherFor(options: FollowRunOptions, view: RunView): Promise<RunWatcher> {
  const { terminal } = options;
  if (options.quietOutput) return lineWatcher((line) => terminal.note(line), terminal);
  if (!terminal.interactive) return lineWatcher((line) => terminal.print(line), terminal);
  return treeWatcher(await terminal.live(), terminal, view);
}

function interruptHandler(
  { gateway, runId, cancelOnInterrupt }: FollowRunOptions,
  watcher: RunWatcher,
  stop: AbortController,
): () => void {
  let interrupted = false;
  return () => {
    if (!cancelOnInterrupt || interrupted) return stop.abort();
    interrupted = true;
    watcher.remark('cancelling the run; Ctrl-C again to leave without waiting for its end');
    gateway
      .post(`/flow-runs/${encodeURIComponent(runId)}/cancel`, { reason: 'interrupted' })
      .catch((error) => {
        watcher.remark(`the run could not be cancelled: ${sentenceOf(error)}`);
      });
  };
}
