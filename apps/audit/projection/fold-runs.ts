import type { mongo } from 'mongoose';
import type { RunEvent, StoredInRun } from '#libs/run-log';
import {
  applyFlowRun,
  completeFlowRun,
  completeTaskRun,
  foldArtifact,
  foldFlowRun,
  foldTaskRun,
  isTaskEvent,
  readState,
  showsUnread,
  taskIdsOf,
} from '#libs/run-records';
import type { ArtifactRecord, FlowRunRecord, TaskEvent, TaskRunRecord } from '#libs/run-records';
import { ApprovalCopies } from './approval-copies.js';
import type { Collections } from './collections.js';
import type { Tally } from './tally.js';
import { change, workingCopy, writesOf } from './working-copy.js';
import type { WorkingCopy } from './working-copy.js';
import { writeRecords } from './write-records.js';
import type { RecordWrite } from './write-records.js';

type Batch = readonly StoredInRun<RunEvent>[];
type FlowCopies = Map<string, WorkingCopy<FlowRunRecord>>;
type TaskCopies = Map<string, WorkingCopy<TaskRunRecord>>;

/** What the folds look at; the rest of a record stays in the database. */
const TASK_FIELDS = {
  status: 1,
  attempt: 1,
  attempts: 1,
  metadata: 1,
  startedAt: 1,
  errorCode: 1,
  errorMessage: 1,
  finishedAt: 1,
  deferredUntil: 1,
  lastSeq: 1,
};
const FLOW_FIELDS = { parameters: 0, result: 0, state: 0, inLog: 0 } as const;

/** What a batch is folded into. */
interface Copies {
  readonly flows: FlowCopies;
  readonly tasks: TaskCopies;
  readonly approvals: ApprovalCopies;
  readonly artifacts: Map<string, WorkingCopy<ArtifactRecord>>;
  /** Tasks that leave no record. */
  readonly unrecorded: string[];
}

/**
 * Folds a batch of RUN into the records of its runs and of what belongs to them, and writes them. It may be repeated,
 * in the same or in other batches: whatever of it is kept already is recognised by `lastSeq`.
 *
 * A record is read only where its beginning is not in the batch: from its first event on, the fold needs nothing else.
 */
export async function foldRuns(collections: Collections, batch: Batch, tally: Tally): Promise<void> {
  const flows = await readFlows(collections, batch);
  const [tasks, approvals] = await Promise.all([
    readTasks(collections, batch, flows),
    ApprovalCopies.read(collections, batch, flows),
  ]);
  const copies: Copies = { flows, tasks, approvals, artifacts: new Map(), unrecorded: [] };
  for (const stored of batch) {
    try {
      fold(stored, copies, tally);
    } catch (error) {
      tally.undecodable(stored.position, error);
    }
  }
  await write(collections, copies, tally);
}

async function readFlows({ flowRuns }: Collections, batch: Batch): Promise<FlowCopies> {
  const begun = new Set<string>();
  const known = new Set<string>();
  for (const { event, runId } of batch) {
    if (event.type === 'StartRequested') begun.add(runId);
    else if (!begun.has(runId)) known.add(runId);
  }
  const copies: FlowCopies = new Map([...begun].map((id) => [id, workingCopy<FlowRunRecord>(null)]));
  const ids = [...known].filter((id) => !begun.has(id));
  if (ids.length === 0) return copies;
  for await (const record of flowRuns.find({ _id: { $in: ids } }, { projection: FLOW_FIELDS }))
    copies.set(record._id, workingCopy(completeFlowRun(record)));
  return copies;
}

async function readTasks({ taskRuns }: Collections, batch: Batch, flows: FlowCopies): Promise<TaskCopies> {
  const copies: TaskCopies = new Map();
  const wanted = new Set<string>();
  for (const { event, runId } of batch) {
    if (!isTaskEvent(event)) continue;
    const states = flows.get(runId)?.record?.fold.tasks;
    for (const id of taskIdsOf(event)) {
      if (copies.has(id) || wanted.has(id)) continue;
      const state = readState(states?.[id]);
      if (state?.recorded === false) continue;
      if (event.type === 'TaskScheduled' && !state) {
        if (event.createTaskrun) copies.set(id, workingCopy<TaskRunRecord>(null));
      } else wanted.add(id);
    }
  }
  if (wanted.size === 0) return copies;
  const found = taskRuns.find(
    { _id: { $in: [...wanted] }, lastSeq: { $gt: 0 } },
    { projection: TASK_FIELDS },
  );
  for await (const record of found) copies.set(record._id, workingCopy(completeTaskRun(record)));
  return copies;
}

function fold(
  stored: StoredInRun<RunEvent>,
  { flows, tasks, approvals, artifacts, unrecorded }: Copies,
  tally: Tally,
): void {
  const { event, runId } = stored;
  tally.counts.folded++;
  const flow = flows.get(runId) ?? (showsUnread(event) ? absent(flows, runId) : undefined);
  if (isTaskEvent(event)) {
    // Before the flow's own fold, which would make the task known.
    const states = flow?.record?.fold.tasks;
    for (const id of taskIdsOf(event)) {
      if (event.type === 'TaskScheduled' && !event.createTaskrun) unrecorded.push(id);
      const copy = tasks.get(id) ?? absent(tasks, id);
      const changes = foldTaskRun(
        copy.record,
        stored as StoredInRun<TaskEvent>,
        id,
        flow?.record?.deploymentId ?? null,
      );
      if (changes) change(copy, changes);
      else if (event.type === 'TaskFinished' && !copy.record && readState(states?.[id])?.recorded !== false)
        tally.orphan(id, stored.position);
    }
  }
  if (!flow) return;
  foldIntoFlow(flow, stored);
  if (!flow.record) return;
  approvals.fold(stored, flow.record);
  const artifact = foldArtifact(flow.record, stored);
  if (!artifact) return;
  const copy = workingCopy<ArtifactRecord>(null);
  artifacts.set(artifact._id, copy);
  change(copy, artifact);
}

function absent<T extends { lastSeq: number }>(
  copies: Map<string, WorkingCopy<T>>,
  id: string,
): WorkingCopy<T> {
  const copy = workingCopy<T>(null);
  copies.set(id, copy);
  return copy;
}

function foldIntoFlow(copy: WorkingCopy<FlowRunRecord>, stored: StoredInRun<RunEvent>): void {
  const changes = foldFlowRun(copy.record, stored);
  if (!changes) return;
  const { taskStates, openTasks, signals, heard, deadlines, taken, approvals, ...fields } = changes;
  copy.record = applyFlowRun(copy.record, changes);
  Object.assign(copy.set, fields);
  // A long run remembers thousands of tasks: only those that changed are written.
  for (const id of Object.keys(taskStates ?? {})) copy.set[`fold.tasks.${id}`] = taskStates?.[id];
  for (const id of Object.keys(deadlines ?? {})) copy.set[`fold.deadlines.${id}`] = deadlines?.[id];
  if (openTasks !== undefined) copy.set['fold.openTasks'] = openTasks;
  if (signals) copy.set['fold.signals'] = signals;
  if (heard) copy.set['fold.heard'] = heard;
  if (taken) copy.set['fold.taken'] = taken;
  if (approvals !== undefined) copy.set['fold.approvals'] = approvals;
}

async function write(
  { taskRuns, flowRuns, artifacts, approvals }: Collections,
  copies: Copies,
  tally: Tally,
): Promise<void> {
  const { flows, tasks, unrecorded } = copies;
  const taskWrites = writesOf(tasks);
  const [met] = await Promise.all([
    keep(taskRuns, taskWrites, tally),
    keep(flowRuns, flowWrites(flows), tally),
    keep(artifacts, writesOf(copies.artifacts), tally),
    keep(approvals, writesOf(copies.approvals.all), tally),
  ]);
  // LIVE may have told of a start before the task itself was folded.
  const maybeRunning = taskWrites
    .filter(({ id, isNew, set }) => set.status === 'pending' && (!isNew || met.has(id)))
    .map(({ id }) => id);
  if (maybeRunning.length > 0)
    await taskRuns.updateMany(
      {
        _id: { $in: maybeRunning },
        status: 'pending',
        deferredUntil: null,
        $expr: { $eq: ['$live.attempt', '$attempt'] },
      },
      { $set: { status: 'running' } },
    );
  if (unrecorded.length > 0) await taskRuns.deleteMany({ _id: { $in: [...unrecorded] }, lastSeq: 0 });
}

/** Gives the ids of records that were there already though they were thought new. */
async function keep<T extends { _id: string; lastSeq: number }>(
  collection: mongo.Collection<T>,
  writes: readonly RecordWrite[],
  tally: Tally,
): Promise<ReadonlySet<string>> {
  const { met, refused } = await writeRecords(collection, writes);
  for (const { id, reason } of refused) tally.refused(collection.collectionName, id, reason);
  return met;
}

function flowWrites(flows: FlowCopies): RecordWrite[] {
  return writesOf(flows).map((write) => {
    const record = flows.get(write.id)?.record;
    if (!write.isNew || !record) return write;
    const { _id: _, ...set } = record;
    return { ...write, set: { ...set, inLog: true } };
  });
}
