import { writeSync } from 'node:fs';
import { connectRunLog, flowRunId } from '#libs/run-log';
import { readHistory } from './history.js';
import { BEAT, ID_LENGTH, type WatchdogData } from './watchdog.js';

const LOOK_MS = 500;
const STDERR = 2;

/** The worker's own streams go through the main thread, which is the one that is blocked. */
const say = (line: string): void => void writeSync(STDERR, line);

/** The watchdog's side of the watch: runs in the worker thread, for as long as the process lives. */
export function watchMainThread(data: WatchdogData): void {
  const words = new Int32Array(data.words);
  let seen = -1;
  let since = performance.now();
  let lookedAt = since;

  const look = setInterval(() => {
    const now = performance.now();
    // The whole process was stopped, this thread too: that tells nothing of the main one.
    if (now - lookedAt > 4 * LOOK_MS) since = now;
    lookedAt = now;
    const beat = Atomics.load(words, BEAT);
    if (beat !== seen) {
      seen = beat;
      since = now;
      return;
    }
    const blockedFor = now - since;
    const length = Atomics.load(words, ID_LENGTH);
    // Blocked by something that is no flow: an operation's own time limit and the broker's ack wait cover that.
    if (blockedFor < data.blockedMs || length === 0) return;
    clearInterval(look);
    const runId = new TextDecoder().decode(new Uint8Array(data.runId).slice(0, length));
    void haltAndEnd(data, runId, blockedFor);
  }, LOOK_MS);
}

async function haltAndEnd(
  { servers, access }: Pick<WatchdogData, 'servers' | 'access'>,
  id: string,
  blockedMs: number,
): Promise<void> {
  const seconds = Math.round(blockedMs / 1_000);
  const message = `the flow blocked its orchestrator for ${seconds} s: it loops without awaiting; the process was ended`;
  say(`run ${id} is halted (blocked): ${message}\n`);
  try {
    const log = await connectRunLog({
      servers,
      name: 'orchestrator-watchdog',
      ...(access ? { access } : {}),
    });
    const runId = flowRunId(id);
    const history = readHistory(await log.readRun(runId));
    if (history.standing === 'going') {
      await log.decide(
        runId,
        history.lastDecision,
        [
          {
            type: 'RunHalted',
            reason: 'blocked',
            error: { code: 'flow/blocked', message, disposition: 'halt' },
          },
        ],
        history.start?.trace,
      );
    }
  } catch (error) {
    say(`run ${id} could not be marked as halted: ${String(error)}\n`);
  } finally {
    // The main thread cannot answer any gentler signal.
    process.kill(process.pid, 'SIGKILL');
  }
}
