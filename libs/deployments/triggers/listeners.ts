import type { StoredSpec } from '../store/deployment-record.js';

/** Which deployments wait for what, so that an event nobody waits for costs a look into a map. */
export class Listeners {
  private readonly byUser = new Map<string, Set<string>>();
  private readonly byFlow = new Map<string, Set<string>>();
  private readonly keys = new Map<string, { readonly user?: string; readonly flows: readonly string[] }>();

  /** Takes over what a deployment is now; nothing where it was removed. */
  set(id: string, spec: StoredSpec | undefined): void {
    this.forget(id);
    if (!spec || spec.triggers.length === 0) return;
    const { userId } = spec.owner;
    const hearsEvents = spec.triggers.some((trigger) => 'event' in trigger);
    const flows = spec.triggers.flatMap((trigger) =>
      'run' in trigger ? [keyOf(userId, trigger.run.split('/', 1)[0]!)] : [],
    );
    if (hearsEvents) add(this.byUser, userId, id);
    for (const flow of flows) add(this.byFlow, flow, id);
    if (hearsEvents || flows.length > 0)
      this.keys.set(id, { ...(hearsEvents ? { user: userId } : {}), flows });
  }

  /** Ids of those that wait for events: a user's, or everybody's. */
  ofEvents(userId: string | undefined): readonly string[] {
    if (userId !== undefined) return [...(this.byUser.get(userId) ?? [])];
    return [...this.byUser.values()].flatMap((ids) => [...ids]);
  }

  /** Ids of a user's that wait for ends of runs of a flow, whichever deployment started them. */
  ofRuns(userId: string, flow: string): readonly string[] {
    const ids = this.byFlow.get(keyOf(userId, flow));
    return ids ? [...ids] : NONE;
  }

  private forget(id: string): void {
    const held = this.keys.get(id);
    if (!held) return;
    this.keys.delete(id);
    if (held.user !== undefined) drop(this.byUser, held.user, id);
    for (const flow of held.flows) drop(this.byFlow, flow, id);
  }
}

const NONE: readonly string[] = [];

const keyOf = (userId: string, flow: string): string => `${userId}\0${flow}`;

function add(map: Map<string, Set<string>>, key: string, id: string): void {
  const ids = map.get(key);
  if (ids) ids.add(id);
  else map.set(key, new Set([id]));
}

function drop(map: Map<string, Set<string>>, key: string, id: string): void {
  const ids = map.get(key);
  if (ids?.delete(id) && ids.size === 0) map.delete(key);
}
