import { FIRED_BY, FIRING_ACTIONS, MISSED, OVERLAP, ScheduleBody, TriggerBody } from '#libs/deployments';
import { inputSchemaOf } from '#libs/operations';
import {
  anything,
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
import { flowRunLinks } from '../flow-runs/links.js';
import { deploymentLinks } from './deployment-entry.js';

const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;
const LINKS = Object.keys(deploymentLinks('', ''));

export const FIRING = named(
  'Firing',
  object({
    instant: instant({ description: 'Of the schedule, or when somebody asked' }),
    at: instant({ description: 'When it was dealt with' }),
    action: oneOf(FIRING_ACTIONS),
    'runId?': text(),
    'reason?': text({ description: 'Why it was skipped, queued or missed' }),
    by: oneOf(FIRED_BY),
    'askedBy?': text({ description: 'Who asked, where a person did' }),
    'event?': object(
      { id: text(), type: text() },
      { description: 'What had happened, where a trigger fired' },
    ),
    links: linksTo('flowRun?'),
  }),
);

export const DEPLOYMENT = named(
  'Deployment',
  object({
    id: text(),
    flow: text(),
    name: text(),
    userId: text({ description: 'Whom its runs act for' }),
    'description?': text(),
    parameters: ANY_OBJECT,
    tags: list(text()),
    'schedule?': named('Schedule', inputSchemaOf(ScheduleBody)),
    triggers: list(named('Trigger', inputSchemaOf(TriggerBody)), {
      description: 'What starts a run of it beside its schedule',
    }),
    paused: flag(),
    concurrency: integer({ minimum: 1 }),
    overlap: oneOf(OVERLAP),
    missed: oneOf(MISSED),
    flags: object({ 'dryRun?': flag(), 'testMode?': flag(), 'verbose?': flag() }),
    'source?': text({ description: 'Which file it is kept in' }),
    revision: integer({ description: 'The ETag: rises with each change of the specification' }),
    createdAt: instant(),
    updatedAt: instant(),
    next: list(instant(), { description: 'The next instants, three at most' }),
    active: list(text(), { description: 'Its runs that have not ended' }),
    queued: integer({ minimum: 0, description: 'Firings that wait for a run to end' }),
    lastFiring: orNull(FIRING),
    'problem?': {
      ...ANY_OBJECT,
      description:
        'Why it cannot fire: its flow is gone, its parameters no longer fit, or its key holds no more',
    },
    links: linksTo(...LINKS, 'hook?'),
  }),
);

export const FIRINGS = named('Firings', object({ items: list(FIRING) }));

export const NEXT = named('NextInstants', object({ instants: list(instant()) }));

export const REMOVED = named('RemovedDeployment', object({ flow: text(), name: text(), removed: flag() }));

export const RUN_NOW = named(
  'RunOfDeployment',
  object({
    runId: text(),
    flow: text(),
    name: text({ description: 'Of the deployment' }),
    existing: flag({ description: 'True when the idempotency key had started this run before' }),
    links: linksTo(...Object.keys(flowRunLinks('')), 'deployment'),
  }),
);

const CHANGE = named(
  'PlannedChange',
  object({
    flow: text(),
    name: text(),
    change: oneOf(['created', 'updated', 'unchanged', 'removed']),
    fields: list(
      object({ field: text(), 'from?': anything('What it is'), 'to?': anything('What it becomes') }),
    ),
    'revision?': integer({ description: 'The revision that the plan was made against' }),
  }),
);

export const PLAN = named(
  'DeploymentPlan',
  object({
    hash: text({ description: 'Names this very plan, for `ifPlan`' }),
    changes: list(CHANGE),
    refused: list(
      object({
        index: integer({ minimum: 0, description: 'Its place in the list that was planned' }),
        flow: text(),
        name: text(),
        error: ANY_OBJECT,
      }),
    ),
  }),
);

export const APPLIED = named(
  'AppliedDeployments',
  object({
    done: list(
      object({
        flow: text(),
        name: text(),
        change: oneOf(['created', 'updated', 'removed']),
        'revision?': integer(),
        links: linksTo('self?'),
      }),
    ),
    unchanged: integer({ minimum: 0, description: 'How many were as they are to be' }),
  }),
);
