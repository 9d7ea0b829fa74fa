import type { RunEvent, StoredInRun, Trigger } from '#libs/run-log';

/** What is fed to a flow: everything that lies under `in` in the log. */
const TRIGGERS: readonly RunEvent['type'][] = [
  'StartRequested',
  'CancelRequested',
  'PauseRequested',
  'ResumeRequested',
  'SignalSent',
  'ApprovalAnswered',
  'TimerFired',
  'ChildFinished',
  'ValueLoaded',
  'TaskFinished',
];

export const isTrigger = (stored: StoredInRun<RunEvent>): stored is StoredInRun<Trigger> =>
  TRIGGERS.includes(stored.event.type);
