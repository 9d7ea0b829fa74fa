import { MISSED, OVERLAP, type DeploymentInput } from '../deployment.js';
import type { Origin } from './locate.js';
import { readSchedule } from './read-schedule.js';
import { readTriggers } from './read-triggers.js';
import type { Entries, YamlReader } from './yaml-reader.js';

/** Keys that both forms of a deployment have. */
const SHARED_KEYS = [
  'description',
  'tags',
  'triggers',
  'paused',
  'concurrency',
  'overlap',
  'missed',
  'flags',
] as const;
const KEYS = ['flow', 'name', 'parameters', 'schedule', ...SHARED_KEYS] as const;
const FLAGS = ['dryRun', 'testMode', 'verbose'] as const;

/** A specification and where its parts stand in the file. */
export interface ReadSpec {
  readonly spec: DeploymentInput;
  readonly origins: readonly Origin[];
}

/** Reads one entry of `deployments`; undefined where it has no flow or no name. */
export function readDeployment(node: unknown, reader: YamlReader): ReadSpec | undefined {
  const entries = reader.mapping(node, 'a deployment', KEYS);
  if (!entries) return undefined;
  const flow = needed('flow', 'a deployment', entries, node, reader);
  const name = needed('name', 'a deployment', entries, node, reader);
  const parameters = entries.get('parameters');
  const schedule = entries.get('schedule');
  const read = {
    parameters:
      parameters && !isEmpty(parameters.value, reader)
        ? reader.object(parameters.value, 'parameters')
        : undefined,
    schedule: schedule && readSchedule(schedule.value, reader),
    ...readShared(entries, reader),
  };
  if (flow === undefined || name === undefined) return undefined;
  const origins = [...entries].map(([field, { key, value }]) => ({ field, key, node: value }));
  return { spec: { flow, name, ...given(read) }, origins: [{ field: '', node }, ...origins] };
}

export { SHARED_KEYS };

/** Reads what both forms of a deployment may say. */
export function readShared(entries: Entries, reader: YamlReader): Partial<DeploymentInput> {
  const of = <T>(key: (typeof SHARED_KEYS)[number], read: (node: unknown) => T): T | undefined => {
    const entry = entries.get(key);
    return entry && read(entry.value);
  };
  return given({
    description: of('description', (node) => reader.text(node, 'description')),
    tags: of('tags', (node) => readTags(node, reader)),
    triggers: of('triggers', (node) => readTriggers(node, reader)),
    paused: of('paused', (node) => reader.yesOrNo(node, 'paused')),
    concurrency: of('concurrency', (node) => reader.wholeNumber(node, 'concurrency', 1)),
    overlap: of('overlap', (node) => reader.oneOf(node, 'overlap', OVERLAP)),
    missed: of('missed', (node) => reader.oneOf(node, 'missed', MISSED)),
    flags: of('flags', (node) => readFlags(node, reader)),
  });
}

/** Reads a text that must be there. */
export function needed(
  key: string,
  what: string,
  entries: Entries,
  node: unknown,
  reader: YamlReader,
): string | undefined {
  const entry = entries.get(key);
  return entry ? reader.text(entry.value, key) : reader.wrong(node, `${what} lacks ${key}`);
}

/** Leaves out what was not said. */
export function given<T extends object>(read: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const said = Object.entries(read).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function readTags(node: unknown, reader: YamlReader): string[] | undefined {
  const items = reader.list(node, 'tags');
  if (!items) return undefined;
  const tags = items.map((item) => reader.text(item, 'a tag'));
  return tags.filter((tag) => tag !== undefined);
}

function readFlags(node: unknown, reader: YamlReader): Record<string, boolean> | undefined {
  const entries = reader.mapping(node, 'flags', FLAGS);
  if (!entries) return undefined;
  const flags = [...entries].map(([flag, { value }]) => [flag, reader.yesOrNo(value, flag)] as const);
  return Object.fromEntries(flags.filter((flag): flag is [string, boolean] => flag[1] !== undefined));
}

/** A key with nothing behind it. */
const isEmpty = (node: unknown, reader: YamlReader): boolean => {
  const scalar = reader.scalar(node);
  return scalar !== undefined && scalar.value === null;
};
