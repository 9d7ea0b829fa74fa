import type {
  ApplicationStatus,
  DocumentFormat,
  FlowRunStatus,
  JobStatus,
  StatusByHand,
  TaskRunStatus,
} from '#libs/contracts';

// Names only: the contracts themselves bring validators along, which take longer to load than most commands run.
// A status that is missing here, or one too many, does not compile.
const named = <Status extends string>(statuses: Readonly<Record<Status, true>>): string[] =>
  Object.keys(statuses);

export const FLOW_RUN_STATUSES = named<FlowRunStatus>({
  pending: true,
  running: true,
  waiting: true,
  paused: true,
  halted: true,
  completed: true,
  failed: true,
  cancelled: true,
});

export const TASK_RUN_STATUSES = named<TaskRunStatus>({
  pending: true,
  running: true,
  success: true,
  failed: true,
  cancelled: true,
  cached: true,
});

export const JOB_STATUSES = named<JobStatus>({
  new: true,
  interesting: true,
  applied: true,
  rejected: true,
  archived: true,
});

export const APPLICATION_STATUSES = named<ApplicationStatus>({
  prepared: true,
  sending: true,
  ambiguous: true,
  to_hand_in: true,
  sent: true,
  answered: true,
  interview: true,
  offer: true,
  declined: true,
  withdrawn: true,
  failed: true,
});

export const STATUSES_BY_HAND = named<StatusByHand>({
  sent: true,
  answered: true,
  interview: true,
  offer: true,
  declined: true,
  failed: true,
});

export const DOCUMENT_FORMATS = named<DocumentFormat>({
  pdf: true,
  docx: true,
  html: true,
  md: true,
  png: true,
});
