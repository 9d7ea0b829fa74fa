import { emptyFold, NO_COURSE, NO_TASKS, NO_TERMS } from '#libs/run-records';
import type { ApprovalRecord, ArtifactRecord, FlowRunRecord, TaskRunRecord } from '#libs/run-records';

export const BEGIN = Date.UTC(2030, 0, 1);
export const minute = (n: number) => new Date(BEGIN + n * 60_000);

/** A finished direct call of `local`, with what the test says otherwise. */
export function taskRun(id: string, over: Partial<TaskRunRecord> = {}): TaskRunRecord {
  return {
    ...NO_TERMS,
    _id: id,
    operationName: 'say_hello',
    service: 'greeter',
    taskName: null,
    step: null,
    status: 'success',
    source: 'CALLS',
    actor: { userId: 'local', channel: 'cli' },
    attempt: 1,
    attempts: [],
    idempotencyKey: id,
    orchestrated: false,
    flowRunId: null,
    parentTaskRunId: null,
    deploymentId: null,
    replayOf: null,
    inputDump: '{"name":"you"}',
    resultRefs: [],
    errorCode: null,
    errorMessage: null,
    errorTraceback: null,
    errorList: [],
    logEntries: [],
    tags: [],
    metadata: { dryRun: false, testMode: false, verbose: false, executionTime: 10 },
    traceId: null,
    startedAt: minute(0),
    finishedAt: minute(0),
    durationMs: 10,
    createdAt: minute(0),
    updatedAt: minute(0),
    lastSeq: 1,
    deadline: null,
    partial: false,
    ...over,
  };
}

/** A completed run of `local`, with what the test says otherwise. */
export function flowRun(id: string, over: Partial<FlowRunRecord> = {}): FlowRunRecord {
  return {
    ...NO_COURSE,
    _id: id,
    flow: 'greet',
    version: '1',
    status: 'completed',
    parameters: '{}',
    tags: [],
    actor: { userId: 'local', channel: 'cli' },
    parentFlowRunId: null,
    deploymentId: null,
    restartedFrom: null,
    idempotencyKey: null,
    traceId: null,
    attempt: 1,
    result: null,
    error: null,
    tasks: NO_TASKS,
    metadata: { dryRun: false, testMode: false, verbose: false },
    startedAt: minute(0),
    finishedAt: minute(1),
    durationMs: 60_000,
    createdAt: minute(0),
    updatedAt: minute(1),
    lastSeq: 1,
    fold: emptyFold(),
    ...over,
  };
}

/** What a run of `local` has shown, with what the test says otherwise. */
export function artifact(id: string, over: Partial<ArtifactRecord> = {}): ArtifactRecord {
  return {
    _id: id,
    flowRunId: 'run-1',
    flow: 'greet',
    step: 1,
    key: null,
    kind: 'markdown',
    title: null,
    data: '"# hello"',
    bytes: 9,
    actor: { userId: 'local', channel: 'cli' },
    createdAt: minute(0),
    lastSeq: 1,
    ...over,
  };
}

/** What a run of `local` has asked a person at a minute, with what the test says otherwise. */
export function approval(
  id: string,
  askedAt: number,
  { status = 'pending', ...over }: Partial<ApprovalRecord> = {},
): ApprovalRecord {
  return {
    _id: id,
    flowRunId: 'run-1',
    flow: 'greet',
    step: 1,
    name: 'send the greeting',
    payload: '{"text":"hello"}',
    status,
    actor: { userId: 'local', channel: 'cli' },
    approvers: null,
    dueAt: null,
    otherwise: null,
    answeredAt: null,
    answeredBy: null,
    comment: null,
    answer: null,
    listOrder: `${status === 'pending' ? 1 : 0} ${minute(askedAt).toISOString()}`,
    createdAt: minute(askedAt),
    updatedAt: minute(askedAt),
    lastSeq: 1,
    ...over,
  };
}
