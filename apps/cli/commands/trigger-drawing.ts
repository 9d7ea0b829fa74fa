import type { Schedule, Trigger } from '#libs/deployments';
import type { DeploymentEntry } from '../gateway/resources.js';
import { span } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';

/** Says in a few words by which schedule a deployment fires. */
export function scheduleLine(schedule: Schedule | undefined): string {
  if (schedule === undefined) return 'by hand';
  if ('cron' in schedule) return `${schedule.cron} ${schedule.timeZone ?? 'UTC'}`;
  return `every ${span(schedule.intervalSeconds)}${schedule.anchor ? ` from ${schedule.anchor}` : ''}`;
}

/** Says in a few words what fires a deployment. */
export function firesLine({ schedule, triggers }: Pick<DeploymentEntry, 'schedule' | 'triggers'>): string {
  const [first, ...more] = triggers;
  if (first === undefined) return scheduleLine(schedule);
  const timed = schedule ? `${scheduleLine(schedule)}, ` : '';
  return `${timed}on ${triggerName(first)}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

function triggerName(trigger: Trigger): string {
  if ('event' in trigger) return `event ${trigger.event}`;
  if ('run' in trigger) return `run ${trigger.run} ${(trigger.on ?? ['completed']).join(' or ')}`;
  return `webhook ${trigger.webhook} (${trigger.scheme ?? 'standard'})`;
}

/** Says all of a trigger: what it listens to, which events count, and what it gives the run. */
export function triggerLine(trigger: Trigger): string {
  const { where, parameters } = trigger;
  return oneLine(
    [
      triggerName(trigger),
      where && Object.keys(where).length > 0 ? `where ${JSON.stringify(where)}` : '',
      parameters && Object.keys(parameters).length > 0 ? `with ${JSON.stringify(parameters)}` : '',
    ]
      .filter(Boolean)
      .join(' '),
  );
}
