import { isMap, isScalar } from 'yaml';
import type { Schedule } from '../schedule.js';
import { readEvery } from './every.js';
import { kindOf, type YamlReader } from './yaml-reader.js';

const KEYS = ['cron', 'timezone', 'every', 'anchor', 'interval_seconds'] as const;
const EXPECTED = 'a cron text such as "0 9 * * *", {cron, timezone} or {every: 6h}';

/** Reads when a deployment fires. Whether a cron text ever does is judged where the deployment is kept. */
export function readSchedule(node: unknown, reader: YamlReader): Schedule | undefined {
  const held = reader.resolved(node);
  if (isScalar(held) && typeof held.value === 'string' && held.value.trim() !== '')
    return { cron: held.value };
  if (!isMap(held)) return reader.wrong(node, `schedule must be ${EXPECTED}; it is ${kindOf(held)}`);
  const before = reader.problems.length;
  const entries = reader.mapping(node, 'schedule', KEYS);
  if (!entries || reader.problems.length > before) return undefined;
  const given = (['cron', 'every', 'interval_seconds'] as const).filter((key) => entries.has(key));
  const [kind, another] = given;
  if (kind === undefined) return reader.wrong(node, `schedule must be ${EXPECTED}`);
  if (another !== undefined)
    return reader.wrong(
      entries.get(another)!.key,
      `schedule has ${kind} already: ${another} cannot stand beside it`,
    );
  const stray = kind === 'cron' ? 'anchor' : 'timezone';
  if (entries.has(stray))
    return reader.wrong(entries.get(stray)!.key, `${stray} means nothing beside ${kind}`);
  const { value } = entries.get(kind)!;
  if (kind === 'cron') {
    const cron = reader.text(value, 'cron');
    const zone = entries.get('timezone');
    const timeZone = zone && reader.text(zone.value, 'timezone');
    return cron === undefined ? undefined : { cron, ...(timeZone === undefined ? {} : { timeZone }) };
  }
  const intervalSeconds =
    kind === 'every' ? readInterval(value, reader) : reader.wholeNumber(value, 'interval_seconds', 1);
  const from = entries.get('anchor');
  const anchor = from && reader.text(from.value, 'anchor');
  return intervalSeconds === undefined
    ? undefined
    : { intervalSeconds, ...(anchor === undefined ? {} : { anchor }) };
}

function readInterval(node: unknown, reader: YamlReader): number | undefined {
  const value = reader.scalar(node)?.value;
  const seconds =
    typeof value === 'number' ? value : typeof value === 'string' ? readEvery(value) : undefined;
  if (seconds !== undefined && Number.isSafeInteger(seconds) && seconds >= 1) return seconds;
  const expected = 'a time of at least a second, such as 6h, 90s, 1d 12h, or a number of seconds';
  return reader.wrong(node, `every must be ${expected}; it is ${kindOf(reader.resolved(node))}`);
}
