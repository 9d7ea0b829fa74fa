import { isMap } from 'yaml';
import { PIPE_FLOW } from '#libs/pipes';
import { needed, readShared, SHARED_KEYS, given, type ReadSpec } from './read-deployment.js';
import type { Origin } from './locate.js';
import { readSchedule } from './read-schedule.js';
import type { YamlReader } from './yaml-reader.js';

const PIPE_KEYS = ['retries', 'retryDelaySeconds'] as const;
const KEYS = ['pipe_id', 'pipe', 'interval_seconds', 'schedule', ...PIPE_KEYS, ...SHARED_KEYS] as const;
const STEP_KEYS = [
  'id',
  'use',
  'with',
  'when',
  'retries',
  'retryDelaySeconds',
  'timeoutSeconds',
  'onFailure',
] as const;

/** Reads one entry of `orchestrator.runners`: a pipe and how often it is run. */
export function readRunner(node: unknown, reader: YamlReader): ReadSpec | undefined {
  const entries = reader.mapping(node, 'a runner', KEYS);
  if (!entries) return undefined;
  const name = needed('pipe_id', 'a runner', entries, node, reader);
  const pipe = entries.get('pipe');
  const steps = pipe ? readPipe(pipe.value, reader) : reader.wrong(node, 'a runner lacks pipe');
  const interval = entries.get('interval_seconds');
  const timed = entries.get('schedule');
  if (interval && timed) reader.wrong(timed.key, 'a runner has interval_seconds or schedule, not both');
  const intervalSeconds = interval && reader.wholeNumber(interval.value, 'interval_seconds', 1);
  const schedule = timed && readSchedule(timed.value, reader);
  const retries = entries.get('retries');
  const delay = entries.get('retryDelaySeconds');
  const parameters = given({
    steps,
    retries: retries && reader.wholeNumber(retries.value, 'retries', 0),
    retryDelaySeconds: delay && reader.number(delay.value, 'retryDelaySeconds', 0),
  });
  const shared = readShared(entries, reader);
  if (name === undefined || !pipe || steps === undefined) return undefined;
  const when = intervalSeconds === undefined ? schedule : { intervalSeconds };
  const origins: Origin[] = [
    { field: '', node },
    ...SHARED_KEYS.flatMap((field) => originOf(field, field)),
    ...PIPE_KEYS.flatMap((field) => originOf(field, `parameters.${field}`)),
    ...originOf('pipe_id', 'name'),
    ...originOf('pipe', 'parameters'),
    ...originOf('pipe', 'parameters.steps'),
    ...originOf(interval ? 'interval_seconds' : 'schedule', 'schedule'),
  ];
  return {
    spec: { flow: PIPE_FLOW, name, parameters, ...(when === undefined ? {} : { schedule: when }), ...shared },
    origins,
  };

  function originOf(key: string, field: string): Origin[] {
    const entry = entries!.get(key);
    return entry ? [{ field, key: entry.key, node: entry.value }] : [];
  }
}

/** Reads a step, or a list of steps. */
function readPipe(node: unknown, reader: YamlReader): readonly unknown[] | undefined {
  if (isMap(reader.resolved(node))) {
    const step = readStep(node, reader);
    return step && [step];
  }
  const items = reader.list(node, 'pipe');
  if (!items) return undefined;
  if (items.length === 0) return reader.wrong(node, 'pipe must hold at least one step');
  const steps = items.map((item) => readStep(item, reader));
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

function readStep(node: unknown, reader: YamlReader): Record<string, unknown> | undefined {
  const entries = reader.mapping(node, 'a step', STEP_KEYS);
  if (!entries) return undefined;
  if (!entries.has('use')) return reader.wrong(node, 'a step lacks use: the name of an operation');
  return reader.object(node, 'a step');
}
