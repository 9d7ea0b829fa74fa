import { streamSeq } from '#libs/run-log';
import type { RunEvent, RunHistory, StoredInRun, StreamSeq } from '#libs/run-log';
import { StepFold } from './fold-steps.js';
import type {
  AmbiguousTask,
  AwaitedSignal,
  PendingApproval,
  RunEndView,
  RunView,
  SettledApproval,
  Standing,
  StepView,
} from './run-view.js';
import type { LoggedStep } from './step-log.js';

type Stands = Pick<
  RunView,
  'version' | 'standing' | 'requested' | 'paused' | 'halted' | 'end' | 'cancelledBy' | 'lastStand'
>;

/** Tells from its history how a run stands; undefined where the history holds no start. Pure. */
export function viewRun(history: RunHistory): RunView | undefined {
  const { runId, events, last: lastSeq } = history;
  const first = events.find(({ event }) => event.type === 'StartRequested');
  if (first?.event.type !== 'StartRequested') return undefined;
  const { flow, actor, flags, tags, input, fork, continues } = first.event;
  const { steps } = new StepFold(events);
  return {
    runId,
    flow,
    actor,
    flags,
    tags,
    input,
    requestedAt: first.time,
    ...standsOf(events),
    epoch: steps.epoch,
    steps: steps.all.map(stepView),
    approvals: steps.all.flatMap(pendingApproval),
    signals: steps.all.flatMap(awaitedSignal),
    ambiguous: steps.all.flatMap(ambiguousTask),
    answers: steps.all.flatMap(settledApproval),
    ...(fork
      ? {
          restartedFrom: {
            runId: fork.from,
            ...(fork.step === undefined ? {} : { step: fork.step }),
            kept: fork.results.length,
          },
        }
      : {}),
    ...(continues ? { continues: continues.runId } : {}),
    lastSeq,
  };
}

function standsOf(events: readonly StoredInRun<RunEvent>[]): Stands {
  let now: Stands = { version: null, standing: 'pending', lastStand: streamSeq(0) };
  let told: 'running' | 'cancelling' = 'running';
  const cancelsHeard = new Set<string>();
  for (const { event, time: at, position } of events) {
    const { seq } = position;
    switch (event.type) {
      case 'FlowStarted':
        now = { ...now, version: event.version, standing: told };
        break;
      case 'PauseRequested':
        now = { ...now, requested: { what: 'pause', by: event.actor, at }, lastStand: seq };
        break;
      case 'ResumeRequested':
        now = { ...now, requested: { what: 'resume', by: event.actor, at }, lastStand: seq };
        break;
      case 'CancelRequested': {
        const { id, actor: by } = event;
        // One that came twice is the same word.
        if (id !== undefined && cancelsHeard.has(id)) break;
        if (id !== undefined) cancelsHeard.add(id);
        now = { ...now, requested: { what: 'cancel', by, at } };
        if (event.by === undefined) now = { ...now, cancelledBy: { by, at, seq } };
        break;
      }
      case 'RunPaused': {
        const { actor: by, reason } = event;
        now = { ...stood(now, 'paused', seq), paused: { by, at, ...(reason ? { reason } : {}) } };
        break;
      }
      case 'RunHalted':
        now = { ...stood(now, 'halted', seq), halted: { reason: event.reason, error: event.error, at } };
        break;
      case 'RunParked':
        now = stood(now, 'parked', seq);
        break;
      case 'FlowCancelling':
        told = 'cancelling';
        now = stood(now, told, seq);
        break;
      case 'RunResumed':
        now = stood(now, told, seq);
        break;
      default: {
        const end = endOf(event, at);
        if (end) now = { ...stood(now, 'ended', seq), end };
        else if (goesOn(event) && (now.standing === 'halted' || now.standing === 'parked'))
          now = stood(now, told, seq);
      }
    }
  }
  return now;
}

/** Every decision on how the run stands answers what was asked of it before. */
const stood = ({ version, cancelledBy }: Stands, standing: Standing, lastStand: StreamSeq): Stands => ({
  version,
  standing,
  lastStand,
  ...(cancelledBy ? { cancelledBy } : {}),
});

/** Only a run that goes on decides this. */
const goesOn = ({ type }: RunEvent): boolean =>
  type === 'TaskScheduled' ||
  type === 'TimerScheduled' ||
  type === 'FlowRetried' ||
  type === 'ChildScheduled' ||
  type === 'SignalAwaited' ||
  type === 'ApprovalRequested' ||
  type === 'ValueRequested' ||
  type === 'ArtifactRecorded' ||
  type === 'CompensationStarted';

/** How a run ends, where an event says so. */
export function endOf(event: RunEvent, at: RunEndView['at']): RunEndView | undefined {
  switch (event.type) {
    case 'FlowCompleted':
      return { status: 'completed', at, result: event.result };
    case 'FlowFailed':
      return { status: 'failed', at, error: event.error };
    case 'FlowCancelled':
      return { status: 'cancelled', at, ...(event.reason ? { reason: event.reason } : {}) };
    case 'FlowContinued':
      return { status: 'continued', at, nextRunId: event.nextRunId };
    default:
      return undefined;
  }
}

function stepView(step: LoggedStep): StepView {
  const { number, kind, name, state, epoch, askedAt, endedAt, taskRunId, attempt } = step;
  const { compensates, childRunId, error, undone } = step;
  return {
    number,
    kind,
    name,
    state,
    epoch,
    askedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(taskRunId === undefined ? {} : { taskRunId }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(compensates === undefined ? {} : { compensates }),
    ...(childRunId === undefined ? {} : { childRunId }),
    ...(error === undefined ? {} : { error }),
    ...(undone ? { undone } : {}),
  };
}

function pendingApproval({ approval, number: step, state, askedAt }: LoggedStep): PendingApproval[] {
  if (!approval || state !== 'pending') return [];
  const { name, payload, dueAt, otherwise, approvers } = approval;
  return [
    {
      step,
      name,
      payload,
      askedAt,
      ...(dueAt === undefined ? {} : { dueAt }),
      ...(otherwise === undefined ? {} : { otherwise }),
      ...(approvers === undefined ? {} : { approvers }),
    },
  ];
}

const settledApproval = ({ approval, answer, number: step }: LoggedStep): SettledApproval[] =>
  approval && answer ? [{ step, name: approval.name, ...answer }] : [];

const awaitedSignal = ({ kind, state, number: step, name, askedAt, dueAt }: LoggedStep): AwaitedSignal[] =>
  kind === 'signal' && state === 'pending'
    ? [{ step, name, askedAt, ...(dueAt === undefined ? {} : { dueAt }) }]
    : [];

const ambiguousTask = ({
  state,
  taskRunId,
  number: step,
  name: task,
  attempt,
  error,
  endedAt,
}: LoggedStep): AmbiguousTask[] =>
  state === 'ambiguous' && taskRunId && error
    ? [{ taskRunId, step, task, attempt: attempt ?? 1, error, at: endedAt! }]
    : [];
