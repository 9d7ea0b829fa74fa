import { syntheticRuns } from '#apps/audit';
import { connectRunLog, streamSeq } from '#libs/run-log';
import type { DecisionEvent, FlowRunId, RunEvent, RunLog, StoredInRun } from '#libs/run-log';
import { PAYLOAD_BYTES } from '../no-op/echo.contract.js';
import { STEPS } from '../no-op/ten-steps.flow.js';

type Runs = Map<FlowRunId, StoredInRun<RunEvent>[]>;

/** How many runs are written at a time; so many lie mixed in the log. */
const PARALLEL = 64;

/** Writes finished runs of ten steps into the log; returns how many events that made. */
export async function fillLog(servers: string, runs: number): Promise<number> {
  const byRun: Runs = new Map();
  let events = 0;
  for (const stored of syntheticRuns({ runs, steps: STEPS, parallel: PARALLEL, payload: PAYLOAD_BYTES })) {
    const run = byRun.get(stored.runId) ?? [];
    byRun.set(stored.runId, run);
    run.push(stored);
    events++;
  }
  const log = await connectRunLog({ servers, name: 'bench-filler' });
  try {
    const left = byRun.entries();
    const lane = async (): Promise<void> => {
      for (const [runId, run] of left) await writeRun(log, runId, run);
    };
    await Promise.all(Array.from({ length: PARALLEL }, lane));
  } finally {
    await log.close();
  }
  return events;
}

async function writeRun(log: RunLog, runId: FlowRunId, run: readonly StoredInRun<RunEvent>[]): Promise<void> {
  let last = streamSeq(0);
  for (const { event, trace } of run) {
    if (event.type === 'StartRequested') await log.start(runId, event, trace);
    else if (event.type === 'TaskFinished') await log.outcome(runId, event, trace);
    else if (isDecision(event)) last = await log.decide(runId, last, [event], trace);
    else throw new Error(`a synthetic run holds ${event.type}, which the bench does not write`);
  }
}

const isDecision = (event: RunEvent): event is DecisionEvent =>
  ['FlowStarted', 'TaskScheduled', 'FlowCompleted'].includes(event.type);
