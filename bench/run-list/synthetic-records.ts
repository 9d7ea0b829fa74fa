import { emptyFold, NO_COURSE, NO_TASKS, NO_TERMS } from '#libs/run-records';
import type { FlowRunRecord, StoredError, TaskRunRecord } from '#libs/run-records';
import { Dice } from './dice.js';
import { DEPLOYMENTS, FLOWS, OPERATIONS, SERVICES, TAGS, USERS } from './names.js';

/** A flow run with its tasks, and one direct call beside it with what that has called. */
export interface RunRecords {
  readonly flowRun: FlowRunRecord;
  readonly taskRuns: readonly TaskRunRecord[];
}

export const TASKS_A_RUN = 4;
export const CALLS_A_RUN = 1;
export const YEAR_MS = 365 * 86_400_000;
/** So many of the latest runs are under way. */
const OPEN = 200;
const SEED = 6;

const FAILURE: StoredError = {
  code: 'operation/failed',
  message: 'the other side has closed the connection before it had answered',
  disposition: 'retry',
};

/** Makes up the records of runs spread over the year before `until`, the earliest first. */
export function* syntheticRecords(runs: number, until: number): Generator<RunRecords> {
  const dice = new Dice(SEED);
  for (let nth = 0; nth < runs; nth++) {
    const createdAt = new Date(until - YEAR_MS + (YEAR_MS * (nth + dice.next())) / runs);
    yield oneRun(dice, createdAt, runs - nth <= OPEN);
  }
}

function oneRun(dice: Dice, createdAt: Date, isOpen: boolean): RunRecords {
  const id = dice.id();
  const user = dice.early(USERS);
  const status = isOpen ? dice.early<FlowRunRecord['status']>(['running', 'waiting', 'paused']) : endOf(dice);
  const tags = tagsOf(dice);
  const flow = dice.early(FLOWS);
  const durationMs = Math.round(dice.around(1_000 * 1.5 ** FLOWS.indexOf(flow)));
  const flowRun: FlowRunRecord = {
    ...NO_COURSE,
    _id: id,
    flow,
    version: '1.0.0',
    status,
    parameters: JSON.stringify({ query: 'x'.repeat(200), limit: 50 }),
    tags,
    actor: { userId: user, channel: 'api' },
    parentFlowRunId: dice.chance(0.1) ? dice.id() : null,
    deploymentId: dice.chance(0.3) ? dice.early(DEPLOYMENTS) : null,
    restartedFrom: dice.chance(0.02) ? dice.id() : null,
    idempotencyKey: null,
    traceId: dice.id(),
    attempt: 1,
    result: status === 'completed' ? JSON.stringify({ made: 12, left: 3 }) : null,
    error: status === 'failed' ? FAILURE : null,
    tasks: { ...NO_TASKS, total: TASKS_A_RUN, success: TASKS_A_RUN },
    metadata: { dryRun: false, testMode: false, verbose: false },
    ...times(createdAt, isOpen ? null : durationMs),
    lastSeq: 1,
    fold: emptyFold(),
  };
  const tasks = Array.from({ length: TASKS_A_RUN }, (_, step) =>
    taskRun(dice, {
      createdAt: new Date(createdAt.getTime() + step * 1_000),
      tags,
      actor: flowRun.actor,
      ...{ orchestrated: true, flowRunId: id, step, source: 'RUN' },
      ...(isOpen && step === TASKS_A_RUN - 1 ? { status: 'running' } : {}),
    }),
  );
  const calls = Array.from({ length: CALLS_A_RUN }, () =>
    taskRun(dice, {
      createdAt,
      ...(dice.chance(0.25) ? { parentTaskRunId: tasks[0]?._id ?? null } : {}),
      ...(dice.chance(0.02) ? { replayOf: dice.id() } : {}),
    }),
  );
  return { flowRun, taskRuns: [...tasks, ...calls] };
}

function taskRun(dice: Dice, over: Partial<TaskRunRecord> & { readonly createdAt: Date }): TaskRunRecord {
  const operationName = dice.early(OPERATIONS);
  // What an operation does takes about as long each time, and much longer or shorter than others.
  const durationMs = Math.round(dice.around(5 * 1.4 ** OPERATIONS.indexOf(operationName)));
  const status = over.status ?? taskEnd(dice);
  const isOpen = status === 'running';
  const id = dice.id();
  const made = times(over.createdAt, isOpen ? null : durationMs);
  const { startedAt, finishedAt } = made;
  return {
    ...NO_TERMS,
    _id: id,
    operationName,
    service: dice.early(SERVICES),
    taskName: null,
    step: null,
    source: 'CALLS',
    actor: { userId: dice.early(USERS), channel: 'api' },
    attempt: 1,
    attempts: [{ attempt: 1, startedAt, finishedAt, error: null, deliveries: 1, by: null, resolution: null }],
    idempotencyKey: id,
    orchestrated: false,
    flowRunId: null,
    parentTaskRunId: null,
    deploymentId: null,
    replayOf: null,
    inputDump: JSON.stringify({ address: 'https://example.org/', text: 'x'.repeat(200) }),
    resultRefs: dice.chance(0.2) ? [{ collection: 'documents', documentId: dice.id() }] : [],
    errorCode: status === 'failed' ? FAILURE.code : null,
    errorMessage: status === 'failed' ? FAILURE.message : null,
    errorTraceback: null,
    errorList: [],
    logEntries: [],
    tags: tagsOf(dice),
    metadata: { dryRun: false, testMode: false, verbose: false, executionTime: durationMs },
    traceId: dice.id(),
    lastSeq: 1,
    deadline: null,
    partial: false,
    ...made,
    ...over,
    status,
  };
}

function times(createdAt: Date, durationMs: number | null) {
  const startedAt = new Date(createdAt.getTime() + 5);
  const finishedAt = durationMs === null ? null : new Date(startedAt.getTime() + durationMs);
  return { createdAt, startedAt, finishedAt, durationMs, updatedAt: finishedAt ?? startedAt };
}

const endOf = (dice: Dice): FlowRunRecord['status'] =>
  dice.chance(0.9) ? 'completed' : dice.chance(0.7) ? 'failed' : 'cancelled';

const taskEnd = (dice: Dice): TaskRunRecord['status'] =>
  dice.chance(0.9) ? 'success' : dice.chance(0.6) ? 'failed' : dice.early(['cached', 'cancelled']);

const tagsOf = (dice: Dice): string[] => (dice.chance(0.3) ? [dice.early(TAGS), dice.early(TAGS)] : []);
