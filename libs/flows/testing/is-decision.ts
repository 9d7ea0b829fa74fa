import type { DecisionEvent, RunEvent } from '#libs/run-log';

/** Whether an event of a run was said by the orchestrator. */
export function isDecision(event: RunEvent): event is DecisionEvent {
  switch (event.type) {
    case 'StartRequested':
    case 'CancelRequested':
    case 'PauseRequested':
    case 'ResumeRequested':
    case 'SignalSent':
    case 'ApprovalAnswered':
    case 'TimerFired':
    case 'ChildFinished':
    case 'ValueLoaded':
    case 'TaskClaimed':
    case 'TaskFinished':
      return false;
    default:
      return true;
  }
}
