import 'reflect-metadata';
import { appendFile } from 'node:fs/promises';
import { FlowRegistry, startOrchestrator } from '#libs/flows';
import { memoryBuckets } from '#libs/key-values';
import { PARTITIONS, connectRunLog, partitionOf, streamSeq } from '#libs/run-log';
import type { DecisionEvent, Delivery, FlowRunId, RunHistory, RunLog, Trigger } from '#libs/run-log';
import { overriding } from '../disturbances/overriding.js';
import { isTrigger } from '../disturbances/triggers.js';
import { FLOWS } from '../flows/index.js';
import { setting } from './as-child.js';

/*
 * Gives every run's triggers to the engine anew, with none of its decisions, and writes down what it decides. Nothing
 * of it reaches the log: the engine reads a copy in memory, and what it asks of the world is not done.
 */
const log = await connectRunLog({ servers: setting('NATS_URL'), name: 'chaos-replay' });
const histories = new Map<FlowRunId, RunHistory>();
for await (const { runId } of log.readAll('RUN', streamSeq(1)))
  if (!histories.has(runId)) histories.set(runId, triggersOf(await log.readRun(runId)));

const decided = new Map<FlowRunId, DecisionEvent[]>();
const takers = new Map<number, (delivery: Delivery<Trigger>) => void>();
const silent = async (): Promise<undefined> => undefined;
const copy: RunLog = overriding<RunLog>(log, {
  sharePartitions: async (holder) => {
    for (let partition = 0; partition < PARTITIONS; partition++) await holder.take(partition);
    return { closed: new Promise(() => undefined), close: silent };
  },
  orchestrate: async (partition, take) => {
    takers.set(partition, take);
    return { closed: new Promise(() => undefined), close: silent };
  },
  readRun: async (runId) => {
    const history = histories.get(runId);
    if (!history) throw new Error(`run ${runId} is not in the copy`);
    return history;
  },
  decide: async (runId, _expected, decisions) => {
    const all = decided.get(runId) ?? [];
    all.push(...decisions);
    decided.set(runId, all);
    return streamSeq(all.length);
  },
  start: async () => streamSeq(1),
  request: async () => ({ seq: streamSeq(1), duplicate: true }),
  claim: async () => streamSeq(1),
  publishLive: () => undefined,
  setTimer: silent,
  clearTimers: silent,
  discard: silent,
});

const orchestrator = await startOrchestrator({
  log: copy,
  registry: new FlowRegistry(FLOWS),
  buckets: memoryBuckets({ now: () => Date.now() }),
  logger: console,
});
let place = 0;
for (const [runId, { events }] of histories) {
  const last = events.findLast(isTrigger);
  if (!last) continue;
  const handled = new Promise<void>((settled) => {
    takers.get(partitionOf(runId))?.({
      ...last,
      // Older than its reader: so the engine reads the run, in place of taking the message for its beginning.
      ...{ deliveries: 1, deliverySeq: ++place, olderThanReader: true },
      ack: () => settled(),
      working: () => undefined,
      retry: () => settled(),
    });
  });
  await handled;
}
await orchestrator.close();

for (const [runId, decisions] of decided)
  await appendFile(setting('OUTPUT'), `${JSON.stringify({ run: runId, decisions })}\n`);
await log.close();
process.exit();

/** What is fed to a flow and who has begun what, and nothing of what was decided. */
function triggersOf(history: RunHistory): RunHistory {
  const events = history.events.filter((stored) => isTrigger(stored) || stored.event.type === 'TaskClaimed');
  return { ...history, events, lastDecision: streamSeq(0) };
}
