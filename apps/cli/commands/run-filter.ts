import { Option, type Command } from 'commander';
import { FLOW_RUN_STATUSES } from './statuses.js';
import { repeated } from './list-options.js';
import { UsageError } from '../terminal/cli-error.js';
import { closest } from '../parameters/closest.js';
import { readInstant, readSince } from '../parameters/since.js';

/** Which runs are meant, as the server takes it. */
export interface RunFilter {
  readonly flow?: string;
  readonly status?: string;
  readonly tag?: string;
  readonly parentFlowRunId?: string;
  readonly userId?: string;
  readonly from?: string;
  readonly to?: string;
}

const FIELDS = ['flow', 'status', 'tag', 'parentFlowRunId', 'userId', 'from', 'to'] as const;
type Field = (typeof FIELDS)[number];

export interface FilterOptions {
  readonly where?: readonly string[];
  readonly flow?: string;
  readonly status?: string;
  readonly tag?: string;
  readonly since?: string;
}

/** Adds the options that say which runs are meant. */
export function addFilterOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--where <field=value>',
        `runs of which this holds, by ${FIELDS.join(', ')}; may be repeated`,
      ).argParser(repeated),
    )
    .option('--flow <name>', 'runs of this flow')
    .addOption(new Option('--status <status>', 'runs in this state').choices(FLOW_RUN_STATUSES))
    .option('--tag <tag>', 'runs with this tag')
    .option('--since <when>', 'runs made since: 30m, 1h, 7d or an ISO 8601 instant');
}

/** Reads which runs are meant; undefined where nothing was said. `now` in milliseconds. */
export function readFilter(options: FilterOptions, now: number): RunFilter | undefined {
  const { where = [], flow, status, tag, since } = options;
  const said = Object.fromEntries(where.map(readPair));
  const filter = {
    ...said,
    ...(flow === undefined ? {} : { flow }),
    ...(status === undefined ? {} : { status }),
    ...(tag === undefined ? {} : { tag }),
    ...(since === undefined ? {} : { from: readSince(since, now) }),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
}

function readPair(pair: string): [Field, string] {
  const at = pair.indexOf('=');
  const name = pair.slice(0, at);
  const value = pair.slice(at + 1);
  if (at < 1 || value === '')
    throw new UsageError(`--where ${pair}: expected field=value, for example --where status=failed`);
  const field = FIELDS.find((known) => known === name);
  if (field === undefined) {
    const meant = closest(name, FIELDS);
    const hint = meant === undefined ? undefined : `did you mean ${meant}?`;
    throw new UsageError(`--where ${pair}: expected one of ${FIELDS.join(', ')}, not ${name}`, hint);
  }
  if (field === 'status' && !FLOW_RUN_STATUSES.includes(value))
    throw new UsageError(`--where ${pair}: expected one of ${FLOW_RUN_STATUSES.join(', ')}`);
  if (field === 'from' || field === 'to') {
    const instant = readInstant(value);
    if (instant === undefined)
      throw new UsageError(`--where ${pair}: expected an instant such as 2026-11-21T09:00:00Z`);
    return [field, instant];
  }
  return [field, value];
}
