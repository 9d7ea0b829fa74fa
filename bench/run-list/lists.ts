import type { ListFlowRunsInput, ListTaskRunsInput } from '#libs/contracts';
import type { Actor } from '#libs/run-log';
import type { Dice } from './dice.js';
import { DEPLOYMENTS, FLOWS, OPERATIONS, TAGS, USERS } from './names.js';
import { YEAR_MS } from './synthetic-records.js';

type Filter<I> = (dice: Dice, until: number) => I;

const DAY_MS = 86_400_000;

/** Some hours to some months, somewhere in the year. */
function span(dice: Dice, until: number): { readonly from: string; readonly to: string } {
  const length = Math.min(YEAR_MS / 3, dice.around(3 * DAY_MS));
  const end = until - dice.next() * (YEAR_MS - length);
  return { from: new Date(end - length).toISOString(), to: new Date(end).toISOString() };
}

const since = (_: Dice, until: number) => ({ from: new Date(until - 7 * DAY_MS).toISOString() });

/** What can be asked of task runs, alone and in company. */
export const TASK_RUN_FILTERS = {
  all: () => ({}),
  status: (dice) => ({ status: dice.early(['success', 'failed', 'cancelled', 'running', 'cached']) }),
  statuses: () => ({ status: ['failed', 'cancelled'] }),
  operation: (dice) => ({ operation: dice.early(OPERATIONS) }),
  user: (dice) => ({ user: dice.early(USERS) }),
  tag: (dice) => ({ tag: dice.early(TAGS) }),
  span,
  direct: () => ({ orchestrated: false }),
  orchestrated: () => ({ orchestrated: true }),
  'operation, status': (dice) => ({ operation: dice.early(OPERATIONS), status: 'failed' }),
  'operation, statuses, since': (dice, until) => ({
    operation: dice.early(OPERATIONS),
    status: ['failed', 'cancelled'],
    ...since(dice, until),
  }),
  'user, status': (dice) => ({ user: dice.early(USERS), status: dice.early(['failed', 'cancelled']) }),
  'user, operation': (dice) => ({ user: dice.early(USERS), operation: dice.early(OPERATIONS) }),
  'user, operation, status': (dice) => ({
    user: dice.early(USERS),
    operation: dice.early(OPERATIONS),
    status: dice.early(['failed', 'cached']),
  }),
  'user, span': (dice, until) => ({ user: dice.early(USERS), ...span(dice, until) }),
  'status, span': (dice, until) => ({ status: 'failed', ...span(dice, until) }),
  'tag, status': (dice) => ({ tag: dice.early(TAGS), status: 'failed' }),
  'tag, operation, user': (dice) => ({
    tag: dice.early(TAGS),
    operation: dice.early(OPERATIONS),
    user: dice.early(USERS),
  }),
  'direct, operation': (dice) => ({ orchestrated: false, operation: dice.early(OPERATIONS) }),
} as const satisfies Readonly<Record<string, Filter<ListTaskRunsInput>>>;

/** What can be asked of flow runs. */
export const FLOW_RUN_FILTERS = {
  all: () => ({}),
  status: (dice) => ({ status: dice.early(['completed', 'failed', 'cancelled', 'waiting', 'running']) }),
  statuses: () => ({ status: ['failed', 'halted'] }),
  flow: (dice) => ({ flow: dice.early(FLOWS) }),
  user: (dice) => ({ user: dice.early(USERS) }),
  tag: (dice) => ({ tag: dice.early(TAGS) }),
  deployment: (dice) => ({ deploymentId: dice.early(DEPLOYMENTS) }),
  span,
  'flow, status': (dice) => ({ flow: dice.early(FLOWS), status: 'failed' }),
  'flow, statuses, since': (dice, until) => ({
    flow: dice.early(FLOWS),
    status: ['failed', 'cancelled'],
    ...since(dice, until),
  }),
  'user, flow': (dice) => ({ user: dice.early(USERS), flow: dice.early(FLOWS) }),
  'user, flow, status': (dice) => ({
    user: dice.early(USERS),
    flow: dice.early(FLOWS),
    status: dice.early(['failed', 'cancelled']),
  }),
  'user, status': (dice) => ({ user: dice.early(USERS), status: dice.early(['failed', 'running']) }),
  'user, span': (dice, until) => ({ user: dice.early(USERS), ...span(dice, until) }),
  'tag, status': (dice) => ({ tag: dice.early(TAGS), status: 'failed' }),
  'deployment, status': (dice) => ({ deploymentId: dice.early(DEPLOYMENTS), status: 'failed' }),
} as const satisfies Readonly<Record<string, Filter<ListFlowRunsInput>>>;

/** In the order in which lists are asked for most. */
export const SORTS = [
  '-createdAt',
  'createdAt',
  '-startedAt',
  '-finishedAt',
  'finishedAt',
  '-durationMs',
  'durationMs',
] as const;

/** Sees everything. */
export const ADMIN: Actor = { userId: 'local', channel: 'cli' };
