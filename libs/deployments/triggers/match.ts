import { deploymentIdOf } from '../ids.js';
import type { RunEnd, Trigger, TriggerEvent } from '../trigger.js';
import { fallsUnder } from './topic.js';
import { holdsFor } from './where.js';

/** By which way an event came: triggers of one kind never fire at those of another. */
export type Way =
  | { readonly kind: 'event' }
  | {
      readonly kind: 'run';
      readonly userId: string;
      readonly flow: string;
      /** The one that started the run. */
      readonly deploymentId?: string;
      readonly end: RunEnd;
    }
  | { readonly kind: 'webhook'; readonly webhook: string };

export interface Match {
  /** From 0. */
  readonly place: number;
  readonly trigger: Trigger;
  /** Why it cannot be told whether the event counts. */
  readonly unclear?: string;
}

/** Finds the first trigger that waits for an event: one event starts one run, however many triggers it meets. */
export function matchOf(triggers: readonly Trigger[], way: Way, event: TriggerEvent): Match | undefined {
  for (const [place, trigger] of triggers.entries()) {
    if (!listens(trigger, way, event.type)) continue;
    if (!trigger.where) return { place, trigger };
    try {
      if (holdsFor(trigger.where, event)) return { place, trigger };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { place, trigger, unclear: `triggers[${place}].where: ${why}` };
    }
  }
  return undefined;
}

const USUAL_ENDS: readonly RunEnd[] = ['completed'];

function listens(trigger: Trigger, way: Way, type: string): boolean {
  switch (way.kind) {
    case 'event':
      return 'event' in trigger && fallsUnder(trigger.event, type);
    case 'webhook':
      return 'webhook' in trigger && trigger.webhook === way.webhook;
    case 'run': {
      if (!('run' in trigger) || !(trigger.on ?? USUAL_ENDS).includes(way.end)) return false;
      const [flow, name] = trigger.run.split('/', 2);
      if (flow !== way.flow) return false;
      return name === undefined || deploymentIdOf(way.userId, flow, name) === way.deploymentId;
    }
  }
}
