import { Option } from 'commander';
import type { Schedule } from '#libs/deployments';
import { UsageError } from '../terminal/cli-error.js';

/** When a deployment fires, as it is typed. */
export interface ScheduleOptions {
  readonly cron?: string;
  readonly timezone?: string;
  readonly every?: string;
  readonly anchor?: string;
}

export const scheduleOptions = (): readonly Option[] => [
  new Option('--cron <text>', 'five fields, as in "0 9 * * 1-5"'),
  new Option(
    '--timezone <zone>',
    'whose clock the cron text goes by, such as Europe/Berlin; UTC if left out',
  ),
  new Option('--every <span>', 'in place of a cron text: 6h, 90s, "1d 12h"'),
  new Option('--anchor <instant>', 'from which --every counts, ISO 8601'),
];

/** Makes a schedule of what was typed; undefined where nothing was. Throws UsageError. */
export async function readScheduleOptions({
  cron,
  timezone,
  every,
  anchor,
}: ScheduleOptions): Promise<Schedule | undefined> {
  if (cron !== undefined && every !== undefined)
    throw new UsageError('--cron and --every cannot stand beside each other');
  if (timezone !== undefined && cron === undefined) throw new UsageError('--timezone goes with --cron');
  if (anchor !== undefined && every === undefined) throw new UsageError('--anchor goes with --every');
  if (cron !== undefined) return { cron, ...(timezone === undefined ? {} : { timeZone: timezone }) };
  if (every === undefined) return undefined;
  return { intervalSeconds: await secondsOf(every), ...(anchor === undefined ? {} : { anchor }) };
}

async function secondsOf(text: string): Promise<number> {
  // Loaded when it is needed: every command would begin later for it.
  const { readEvery } = await import('#libs/deployments');
  const seconds = readEvery(/^\d+$/.test(text) ? `${text}s` : text);
  if (seconds !== undefined && seconds >= 1) return seconds;
  throw new UsageError(`--every ${text}: expected a span of at least a second, such as 6h, 90s or "1d 12h"`);
}
