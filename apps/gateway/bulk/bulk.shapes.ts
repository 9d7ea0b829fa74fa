import { inputSchemaOf } from '#libs/operations';
import { FLOW_RUN } from '../flow-runs/flow-run.shapes.js';
import {
  extended,
  flag,
  instant,
  integer,
  linksTo,
  list,
  mapOf,
  named,
  object,
  oneOf,
  orNull,
  text,
} from '../docs/shape.js';
import { BULK_ACTIONS } from './bulk-work.js';
import { BulkFilter } from './bulk.inputs.js';

const FILTER = named('BulkFilter', inputSchemaOf(BulkFilter));
const FAILURES = list(object({ runId: text(), code: text(), message: text() }), { maxItems: 100 });
const ACTOR = { type: 'object', required: ['userId', 'channel'] };

export const BULK_SUMMARY = named(
  'BulkSummary',
  object({
    id: text(),
    action: oneOf(BULK_ACTIONS),
    filter: FILTER,
    reason: orNull(text()),
    by: ACTOR,
    status: oneOf(['running', 'stopping', 'stopped', 'done', 'failed']),
    total: integer({ description: 'How many runs there were when it began' }),
    done: integer(),
    skipped: integer({ description: 'Settled by somebody else meanwhile, or left alone' }),
    failed: integer(),
    error: orNull(object({ code: text(), message: text() })),
    createdAt: instant(),
    updatedAt: instant(),
    finishedAt: orNull(instant()),
    links: linksTo('self', 'events', 'stop'),
  }),
);

export const BULK_WORK = named(
  'BulkWork',
  extended(BULK_SUMMARY, { failures: FAILURES, 'leftAlone?': FAILURES }),
);

export const BULK_PREVIEW = named(
  'BulkPreview',
  object({
    action: oneOf(BULK_ACTIONS),
    dryRun: flag({ const: true }),
    filter: FILTER,
    count: integer(),
    skipped: integer({ description: 'How many more fit that are left alone' }),
    byStatus: mapOf(integer()),
    first: list(FLOW_RUN, { description: 'The oldest ones, as many as there is room for' }),
  }),
);
