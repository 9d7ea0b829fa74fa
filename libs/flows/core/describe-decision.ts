import type { DecisionEvent } from '#libs/run-log';

/** Says a decision in words. Two decisions with the same words are the same one. */
export function describeDecision(event: DecisionEvent): string {
  switch (event.type) {
    case 'TaskScheduled':
      return `task ${event.task} (operation ${event.service}.${event.operation}, step ${event.step}, attempt ${event.attempt})`;
    case 'TimerScheduled':
      return `timer ${event.timerId} (${event.kind})`;
    case 'FlowStarted':
      return `the start of ${event.flow} version ${event.version}`;
    case 'FlowRetried':
      return `epoch ${event.epoch} of the flow`;
    case 'TasksCancelled':
      return `the cancellation of ${[...event.taskRunIds, ...(event.steps ?? []).map((step) => `step ${step}`)].join(', ')}`;
    case 'ChildScheduled':
      return `${event.detached ? 'detached flow' : 'child flow'} ${event.flow} (step ${event.step})`;
    case 'ChildrenCancelled':
      return `the cancellation of the children ${event.childRunIds.join(', ')}`;
    case 'SignalAwaited':
      return `the wait for signal ${event.name} (step ${event.step})`;
    case 'ApprovalRequested':
      return `approval ${event.name} (step ${event.step})`;
    case 'ValueRequested':
      return `the reading of ${event.source} ${event.name} (step ${event.step})`;
    case 'ArtifactRecorded':
      return `${event.artifact.kind} artifact ${event.artifact.key ?? ''} (step ${event.step})`;
    case 'FlowCancelling':
      return event.cause === 'cancel' ? 'the beginning of cancellation' : 'the time-out of the flow';
    case 'CompensationStarted':
      return `the compensation of steps ${event.steps.join(', ')}`;
    case 'FlowCompleted':
      return 'the end of the flow with a result';
    case 'FlowFailed':
      return 'the end of the flow with an error';
    case 'FlowCancelled':
      return 'the end of the flow by cancellation';
    case 'FlowContinued':
      return `the end of the flow, continued as ${event.nextRunId}`;
    case 'RunPaused':
      return 'a pause';
    case 'RunResumed':
      return `the end of a ${event.after === 'pause' ? 'pause' : 'halt'}`;
    case 'RunHalted':
      return `a halt (${event.reason})`;
    case 'RunParked':
      return 'a version that is not known here';
  }
}
