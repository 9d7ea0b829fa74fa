import type { RunEvent } from '#libs/run-log';

const ENDS = new Set<RunEvent['type']>(['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'FlowContinued']);

/** What the flow itself decides, or an orchestrator that has taken the run up again. */
const GOES_ON = new Set<RunEvent['type']>([
  'FlowStarted',
  'TaskScheduled',
  'TimerScheduled',
  'FlowRetried',
  'ChildScheduled',
  'SignalAwaited',
  'ApprovalRequested',
  'ValueRequested',
  'ArtifactRecorded',
  'FlowCancelling',
  'CompensationStarted',
  'RunResumed',
]);

/** By what a run ends for good. */
export type RunEnd = Extract<
  RunEvent,
  { type: 'FlowCompleted' | 'FlowFailed' | 'FlowCancelled' | 'FlowContinued' }
>;

/** Tells whether a run is over for good by an event. */
export const endsRun = (event: RunEvent): event is RunEnd => ENDS.has(event.type);

/** Tells whether an event shows that a run which stood still, paused, halted or parked, goes on. */
export const goesOn = ({ type }: RunEvent): boolean => GOES_ON.has(type);

/** Tells whether the flow gives up whatever it waits for, but for what is spared: it begins again, or ends. */
export const closesWaits = (event: RunEvent): boolean =>
  event.type === 'FlowRetried' ||
  event.type === 'FlowCancelling' ||
  (event.type === 'TimerScheduled' && event.kind === 'flow-retry') ||
  endsRun(event);

/** Tells whether a step goes on waiting though the flow gives up the rest: it cleans up. */
export const spares = (event: RunEvent, step: number): boolean =>
  event.type === 'FlowCancelling' && (event.spares?.includes(step) ?? false);
