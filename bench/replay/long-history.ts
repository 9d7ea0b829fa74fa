import { SimulatedRun } from '#libs/flows/testing';
import { flowRunId, streamSeq } from '#libs/run-log';
import type { DecisionEvent, FactEvent, FlowRunId, RunEvent, RunLog } from '#libs/run-log';
import { nuid } from '@nats-io/transport-node';
import { ATTEMPTS, endless } from '../no-op/endless.flow.js';

export interface HistoryPlan {
  /** How many events it has in the end. */
  readonly events: number;
  /** How often each of its steps was tried. */
  readonly attempts: number;
}

/** A run that has come so far and waits for the outcome of its last task. */
export interface LongHistory extends HistoryPlan {
  readonly runId: FlowRunId;
  /** Number of the step that is open. */
  readonly openStep: number;
}

type Outcome = Extract<FactEvent, { type: 'TaskFinished' }>;

/** As many as a batch may hold. */
const PIECE = 1_000;

/** Makes a history by running the flow without any log, and stores it. */
export async function storeHistory(log: RunLog, plan: HistoryPlan, text: string): Promise<LongHistory> {
  const { events, attempts } = plan;
  if (attempts > ATTEMPTS) throw new RangeError(`the flow tries its tasks ${ATTEMPTS} times only`);
  const run = new SimulatedRun(endless, flowRunId(nuid.next().toLowerCase()));
  await run.start({ text });
  let openStep = 1;
  for (; run.log.length < events; openStep++) {
    for (let attempt = 1; attempt < attempts; attempt++) await run.fail(openStep, {}, attempt);
    await run.succeed(openStep, { text }, attempts);
  }
  const { runId } = run;
  await store(
    log,
    runId,
    run.log.map(({ event }) => event),
  );
  return { ...plan, runId, openStep, events: run.log.length };
}

/** Stores events by pieces; within a piece the decisions come first, which a replay does not notice. */
async function store(log: RunLog, runId: FlowRunId, events: readonly RunEvent[]): Promise<void> {
  const [start, ...rest] = events;
  if (start?.type !== 'StartRequested') throw new Error('a history begins with the request to start');
  await log.start(runId, start);
  let last = streamSeq(0);
  for (let from = 0; from < rest.length; from += PIECE) {
    const piece = rest.slice(from, from + PIECE);
    const outcomes = piece.filter((event): event is Outcome => event.type === 'TaskFinished');
    const decisions = piece.filter((event): event is DecisionEvent => event.type !== 'TaskFinished');
    last = await log.decide(runId, last, decisions);
    await Promise.all(outcomes.map((outcome) => log.outcome(runId, outcome)));
  }
}
