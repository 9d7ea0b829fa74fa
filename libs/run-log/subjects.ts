import { flowRunId, isId } from './ids.js';
import type { FlowRunId, TaskRunId } from './ids.js';
import type { CallEvent, DecisionEvent, RequestEvent } from './events.js';
import type { AnyEvent } from './codec.js';
import type { StreamName } from './run-log.js';

/** Fixed for ever: a run's partition is part of every subject that it was ever written under. */
export const PARTITIONS = 16;

/** Tells which partition a run belongs to, by the 32-bit FNV-1a hash of its id. Source: draft-eastlake-fnv. */
export function partitionOf(runId: FlowRunId): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < runId.length; i++) hash = Math.imul(hash ^ runId.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % PARTITIONS;
}

export type Lane = 'normal' | 'urgent';

const REQUEST: Record<RequestEvent['type'], string> = {
  StartRequested: 'start',
  CancelRequested: 'cancel',
  PauseRequested: 'pause',
  ResumeRequested: 'resume',
  SignalSent: 'signal',
  ApprovalAnswered: 'approval',
  TimerFired: 'timer',
  ChildFinished: 'child',
  ValueLoaded: 'value',
};

const runRoot = (runId: FlowRunId): string => `run.${partitionOf(runId)}.${runId}`;

/** The subjects that one run is written under. */
export const runSubjects = {
  all: (runId: FlowRunId): string => `${runRoot(runId)}.>`,
  request: (runId: FlowRunId, type: RequestEvent['type']): string => {
    const verb = (REQUEST as Record<string, string | undefined>)[type];
    if (!verb) throw new TypeError(`${type} is no request; decisions are written by decide only`);
    return `${runRoot(runId)}.in.request.${verb}`;
  },
  decision: (runId: FlowRunId, decision: DecisionEvent): string =>
    `${runRoot(runId)}.decision.${decisionTail(decision)}`,
  /** Where a run's start lies, and where its end does as the last of its decisions on the flow. */
  ends: (runId: FlowRunId): { readonly start: string; readonly flow: string } => ({
    start: `${runRoot(runId)}.in.request.${REQUEST.StartRequested}`,
    flow: `${runRoot(runId)}.decision.flow`,
  }),
  /** What the fence counts over. */
  decisions: (runId: FlowRunId): string => `${runRoot(runId)}.decision.>`,
  claim: (runId: FlowRunId, taskRunId: TaskRunId, attempt: number): string =>
    `${runRoot(runId)}.fact.claim.${token(taskRunId, 'task run id')}.${attempt}`,
  outcome: (runId: FlowRunId): string => `${runRoot(runId)}.in.outcome`,
  later: (runId: FlowRunId, id: string): string => `${runRoot(runId)}.later.${token(id, 'timer id')}`,
  laters: (runId: FlowRunId): string => `${runRoot(runId)}.later.>`,
  live: (runId: FlowRunId): string => `live.${partitionOf(runId)}.${runId}`,
};

/** What the readers filter on. */
export const filters = {
  work: (service: string, operation: string, lane: Lane): string =>
    `run.*.*.decision.task.${token(service, 'service')}.${token(operation, 'operation')}.${lane}`,
  /** One filter, for the broker is slow with several: whatever feeds a run, and nothing else, lies under `in`. */
  triggers: (partition: number): string => `run.${partition}.*.in.>`,
  cancels: 'run.*.*.decision.cancel',
};

/**
 * What a voice speaks on, over all runs: for the broker's permissions. Requests come from clients and the clock,
 * decisions and what is held back from orchestrators, outcomes and live words from services; claims from both.
 */
export const voices = {
  requests: 'run.*.*.in.request.*',
  decisions: 'run.*.*.decision.>',
  claims: 'run.*.*.fact.claim.*.*',
  outcomes: 'run.*.*.in.outcome',
  laters: 'run.*.*.later.*',
  live: 'live.*.*',
  calls: (service: string): string => `call.${token(service, 'service')}.*`,
  deadLetters: (service: string): string => `dead.${token(service, 'service')}.*`,
} as const;

/** The subjects of one run in a stream; CALLS knows no runs. */
export function runFilter(stream: StreamName, runId: FlowRunId | undefined): string | undefined {
  if (!runId || stream === 'CALLS') return undefined;
  return stream === 'LIVE' ? runSubjects.live(runId) : runSubjects.all(runId);
}

export const callSubject = (event: CallEvent): string =>
  `${event.type === 'DeadLettered' ? 'dead' : 'call'}.${token(event.service, 'service')}.${token(event.operation, 'operation')}`;

/** What a subject says by itself. `later` is a message that the broker holds back; it is no event yet. */
export type ParsedSubject =
  | { readonly kind: 'request' | 'outcome' | 'decision' | 'fact' | 'live'; readonly runId: FlowRunId }
  | { readonly kind: 'later'; readonly runId: FlowRunId }
  | { readonly kind: 'call' };

/** Reads a subject; undefined where the grammar knows none like it. */
export function parseSubject(subject: string): ParsedSubject | undefined {
  if (subject.startsWith('call.') || subject.startsWith('dead.')) return { kind: 'call' };
  const root = subject.startsWith(lastRoot.text) ? lastRoot : readRoot(subject);
  if (!root) return undefined;
  const { stream, runId, text } = root;
  if (stream === 'live') return { kind: 'live', runId };
  const [kind, what] = subject.slice(text.length).split('.', 2);
  switch (kind) {
    case 'in':
      return what === 'request' || what === 'outcome' ? { kind: what, runId } : undefined;
    case 'decision':
    case 'fact':
    case 'later':
      return { kind, runId };
    case undefined:
    default:
      return undefined;
  }
}

/**
 * Tells whether an event may stand under a subject. The broker's permissions go by subjects, so what is said under one
 * must not pass for what may be said under another.
 */
export function belongsUnder(subject: string, parsed: ParsedSubject, event: AnyEvent): boolean {
  switch (parsed.kind) {
    case 'request': {
      const verb = (REQUEST as Record<string, string | undefined>)[event.type];
      return verb !== undefined && subject.endsWith(`.in.request.${verb}`);
    }
    case 'outcome':
      return event.type === 'TaskFinished';
    case 'fact':
      return event.type === 'TaskClaimed';
    case 'decision':
      return isDecision(event) && subject.endsWith(`.decision.${decisionTail(event)}`);
    case 'call':
      return 'service' in event && 'operation' in event && subject === callSubject(event as CallEvent);
    case 'live':
    case 'later':
      return true;
  }
}

const isDecision = (event: AnyEvent): event is DecisionEvent =>
  !(event.type in REQUEST) && event.type !== 'TaskFinished' && event.type !== 'TaskClaimed';

/** What all subjects of a run in a stream begin with. */
interface Root {
  readonly stream: 'run' | 'live';
  readonly runId: FlowRunId;
  readonly text: string;
}

// Who reads a history meets one root ten thousand times, and to check its id takes longer than all else here.
let lastRoot: Root = { stream: 'run', runId: '' as FlowRunId, text: '\0' };

function readRoot(subject: string): Root | undefined {
  const [stream, partition, id] = subject.split('.', 3);
  if ((stream !== 'run' && stream !== 'live') || id === undefined || !isId(id)) return undefined;
  const runId = flowRunId(id);
  if (partition !== String(partitionOf(runId))) return undefined;
  const root: Root = { stream, runId, text: `${stream}.${partition}.${id}${stream === 'run' ? '.' : ''}` };
  if (stream === 'run') lastRoot = root;
  return root;
}

function decisionTail(decision: DecisionEvent): string {
  switch (decision.type) {
    case 'TaskScheduled':
      return `task.${token(decision.service, 'service')}.${token(decision.operation, 'operation')}.${decision.lane}`;
    case 'TasksCancelled':
      return 'cancel';
    case 'FlowStarted':
    case 'TimerScheduled':
    case 'FlowRetried':
    case 'ChildScheduled':
    case 'ChildrenCancelled':
    case 'SignalAwaited':
    case 'ApprovalRequested':
    case 'ValueRequested':
    case 'ArtifactRecorded':
    case 'FlowCancelling':
    case 'CompensationStarted':
    case 'RunPaused':
    case 'RunResumed':
    case 'FlowCompleted':
    case 'FlowFailed':
    case 'FlowCancelled':
    case 'FlowContinued':
    case 'RunHalted':
    case 'RunParked':
      return 'flow';
    default:
      throw new TypeError(`${(decision as { type: string }).type} is no decision`);
  }
}

function token(text: string, what: string): string {
  if (!isId(text))
    throw new TypeError(`${what} ${JSON.stringify(text)}: expected 1 to 128 letters, digits, - or _`);
  return text;
}

/** Tells whether a subject falls under a filter, by the broker's rules for `*` and `>`. */
export function matches(filter: string, subject: string): boolean {
  const want = filter.split('.');
  const have = subject.split('.');
  for (let i = 0; i < want.length; i++) {
    if (want[i] === '>') return have.length > i;
    if (i >= have.length || (want[i] !== '*' && want[i] !== have[i])) return false;
  }
  return want.length === have.length;
}
