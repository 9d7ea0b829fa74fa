import { isId } from '#libs/run-log';
import type { FlowRunId } from '#libs/run-log';

/*
 * deployment.<id>.spec              what it is; the last message counts, its sequence is the revision
 * deployment.<id>.state             what it has done; written behind a fence over both
 * deployment.<id>.later.fire        held back by the broker until the next instant
 * deployment.<id>.in.fire           the instant has come
 * deployment.<id>.in.ended.<run>    a run of it has ended
 * deployment.<id>.in.event.<key>    something happened that a trigger of it waits for; the same event has the same key
 */
export const ROOT = 'deployment';

export const subjects = {
  spec: (id: string): string => `${ROOT}.${id}.spec`,
  state: (id: string): string => `${ROOT}.${id}.state`,
  /** Specification and state, and nothing else: what the fence counts over. */
  both: (id: string): string => `${ROOT}.${id}.*`,
  later: (id: string): string => `${ROOT}.${id}.later.fire`,
  fire: (id: string): string => `${ROOT}.${id}.in.fire`,
  ended: (id: string, runId: FlowRunId): string => `${ROOT}.${id}.in.ended.${runId}`,
  event: (id: string, key: string): string => `${ROOT}.${id}.in.event.${key}`,
  /** All events of one deployment. */
  events: (id: string): string => `${ROOT}.${id}.in.event.*`,
};

export const filters = {
  all: `${ROOT}.>`,
  specs: `${ROOT}.*.spec`,
  /** Specifications and states. */
  records: `${ROOT}.*.*`,
  fires: `${ROOT}.*.in.fire`,
  ends: `${ROOT}.*.in.ended.*`,
  events: `${ROOT}.*.in.event.*`,
};

export type ParsedSubject =
  | { readonly kind: 'spec' | 'state' | 'fire'; readonly id: string }
  | { readonly kind: 'ended'; readonly id: string; readonly runId: FlowRunId }
  | { readonly kind: 'event'; readonly id: string; readonly key: string };

/** Reads a subject; undefined where the grammar knows none like it. */
export function parseSubject(subject: string): ParsedSubject | undefined {
  const [root, id, kind, what, of] = subject.split('.');
  if (root !== ROOT || id === undefined || !isId(id)) return undefined;
  if ((kind === 'spec' || kind === 'state') && what === undefined) return { id, kind };
  if (kind !== 'in') return undefined;
  if (what === 'fire') return { id, kind: what };
  if (of === undefined || !isId(of)) return undefined;
  if (what === 'ended') return { id, kind: what, runId: of as FlowRunId };
  if (what === 'event') return { id, kind: what, key: of };
  return undefined;
}
