import { GetFlowRun, GetTaskRun, ListTaskLogs } from '#libs/contracts';
import { itemShape, linkedShape, shapeOf } from '../docs/output-shape.js';
import {
  anything,
  extended,
  flag,
  instant,
  integer,
  linksTo,
  list,
  named,
  object,
  oneOf,
  orNull,
  text,
} from '../docs/shape.js';
import { flowRunLinks } from './links.js';

const LINKS = Object.keys(flowRunLinks(''));

/** The record alone, as it stands in the answer to a start. */
export const FLOW_RUN_RECORD = linkedShape('FlowRunRecord', GetFlowRun.output);
export const FLOW_RUN = linkedShape('FlowRun', GetFlowRun.output, ...LINKS);
export const TASK_RUN = linkedShape('TaskRun', GetTaskRun.output, 'self', 'logs', 'flowRun?', 'parent?');
export const LOG_LINE = itemShape('LogLine', ListTaskLogs.output);

const TASK_NODE = named(
  'TaskNode',
  extended(shapeOf(GetTaskRun.output), {
    children: list({ $ref: '#/components/schemas/TaskNode' }, { description: 'The calls that it made' }),
  }),
);

export const FLOW_RUN_WITH_TASKS = named(
  'FlowRunWithTasks',
  extended(FLOW_RUN, {
    taskTree: list(TASK_NODE),
    taskTreeTruncated: flag({ description: 'True where the run has more tasks than are shown' }),
  }),
);

export const STEERED = named(
  'Steered',
  object({
    runId: text({
      description: 'Where it went: the run itself, or the last of those that go on with its work',
    }),
    status: text({ description: 'How that run stood when it was asked' }),
    duplicate: flag({ description: 'True where the very same had been said a moment before' }),
    note: orNull(text({ description: 'What a person should know of it' })),
    links: linksTo(...LINKS),
  }),
);

export const RESTARTED = named(
  'RestartedRun',
  object({
    runId: text({ description: 'The new run' }),
    flow: text(),
    restartedFrom: text(),
    existing: flag({ description: 'True when the idempotency key had started the new run before' }),
    links: linksTo(...LINKS),
  }),
);

export const STARTED = named(
  'StartedRun',
  object({
    runId: text(),
    flow: text(),
    status: text(),
    existing: flag({ description: 'True when the idempotency key had started this run before' }),
    run: orNull(FLOW_RUN_RECORD),
    links: linksTo(...LINKS),
  }),
);

const ERROR = object({
  code: text(),
  message: text(),
  disposition: oneOf(['retry', 'terminal', 'halt']),
  'retryAfterMs?': { type: 'number' },
  'traceback?': text(),
  'fields?': list(object({ field: text(), 'value?': anything('What it held'), message: text() })),
});

export const STEP = named(
  'Step',
  object({
    number: integer({ description: 'Counts over the whole run; `fromStep` of a restart names it' }),
    kind: oneOf([
      ...['task', 'compensation', 'child', 'sleep', 'signal', 'approval', 'state', 'result', 'artifact'],
    ]),
    name: text(),
    state: oneOf(['pending', 'retrying', 'ambiguous', 'succeeded', 'failed', 'cancelled']),
    epoch: integer({ description: 'Which try of the whole flow asked for it, from 1' }),
    'taskRunId?': text(),
    'attempt?': integer(),
    'compensates?': integer({ description: 'The step that this one undoes' }),
    'childRunId?': text(),
    'error?': ERROR,
    'undone?': flag(),
    askedAt: instant(),
    endedAt: orNull(instant()),
    links: linksTo('taskRun?', 'child?'),
  }),
);

export const RUN_EXPORT = named(
  'FlowRunExport',
  object({
    format: oneOf(['flow-run-history']),
    version: integer(),
    runId: text(),
    flow: text(),
    'epoch?': text({ description: 'The incarnation of the log that the events lay in' }),
    events: list({ type: 'object', description: 'An event with its place and time in the log' }),
  }),
);
