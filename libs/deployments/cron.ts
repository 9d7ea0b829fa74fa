import { Cron } from 'croner';
import { InvalidDeploymentError } from './errors.js';
import type { CronSchedule, Instants } from './schedule.js';

/** What people write in place of five fields. */
const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const FIELDS = 'minute, hour, day of month, month, day of week';
/** croner names the pattern's seconds and its own classes, which nobody wrote. */
const OWN_NAMES = /^CronPattern: (Syntax error, )?/;

/**
 * Reads a cron expression as people write it. Two rules hold where clocks are changed:
 *
 * 1. Where the hour is named (also by a list, a range or a step), an instant that the clock leaps over comes once,
 *    when the leap is over, and one that the clock shows twice comes once, at the first pass.
 * 2. Where the hour is left open (`*`), instants follow elapsed time: none is made up for in the leap, where no time
 *    passes, and both passes count.
 *
 * Throws InvalidDeploymentError.
 */
export function cronInstants({ cron, timeZone = 'UTC' }: CronSchedule): Instants {
  checkZone(timeZone);
  let pattern: Cron;
  try {
    pattern = new Cron(fiveFields(cron), {
      mode: '5-part',
      timezone: timeZone,
      paused: true,
      fixedTimeRule: 'no-wildcard',
    });
  } catch (cause) {
    if (cause instanceof InvalidDeploymentError) throw cause;
    throw refused(cron, cause instanceof Error ? cause.message.replace(OWN_NAMES, '') : String(cause));
  }
  const next = (after: number): number | undefined => pattern.nextRun(new Date(after))?.getTime();
  if (next(Date.now()) === undefined)
    throw refused(cron, 'it never fires: there is no such day', 'expected a time that comes');
  return { next };
}

/** Puts nicknames, `?` and steps in other words, so that only an open hour is an open hour to croner. */
function fiveFields(cron: string): string {
  const text = cron.trim();
  if (text.startsWith('@')) {
    const fields = NICKNAMES[text.toLowerCase()];
    if (fields) return fields;
    throw refused(cron, `there is no such name; there are ${Object.keys(NICKNAMES).join(', ')}`);
  }
  const fields = text.split(/\s+/).map((field) => field.replaceAll('?', '*'));
  if (fields.length !== 5) {
    const seconds =
      fields.length === 6 ? '; leave the seconds out, or it would mean something else by one place' : '';
    const count = text === '' ? 'no field' : fields.length === 1 ? 'one field' : `${fields.length} fields`;
    throw refused(cron, `it has ${count}, and five are expected (${FIELDS})${seconds}`);
  }
  const [minute = '', hour = '', ...days] = fields;
  const hours = spelledOut(hour, 24);
  if (hours === '*') return [minute, '*', ...days].join(' ');
  return [spelledOut(minute, 60, true), hours, ...days].join(' ');
}

/** Writes `*`/n and a-b/n as lists; `*` stays where it is left open, and what is wrong stays for croner to refuse. */
function spelledOut(field: string, size: number, always = false): string {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\d+)-(\d+)|(\d+))(?:\/(\d+))?$/.exec(part);
    if (!match) return field;
    const [, from, to, single, step] = match;
    if (single !== undefined && step !== undefined) return field;
    const first = Number(single ?? from ?? 0);
    const last = Number(single ?? to ?? size - 1);
    const by = Number(step ?? 1);
    if (last >= size || first > last || by < 1 || by > size) return field;
    for (let value = first; value <= last; value += by) values.add(value);
  }
  if (values.size === size && !always) return '*';
  return [...values].sort((a, b) => a - b).join(',');
}

function checkZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new InvalidDeploymentError(
      `schedule.timeZone ${JSON.stringify(timeZone)} is no time zone, expected an IANA name such as Europe/Berlin`,
      [
        {
          field: 'schedule.timeZone',
          value: timeZone,
          message: 'expected an IANA name such as Europe/Berlin',
        },
      ],
    );
  }
}

const refused = (
  cron: string,
  why: string,
  message = `expected five fields: ${FIELDS}`,
): InvalidDeploymentError =>
  new InvalidDeploymentError(`schedule.cron ${JSON.stringify(cron)} was refused: ${why}`, [
    { field: 'schedule.cron', value: cron, message: `${why}; ${message}` },
  ]);
