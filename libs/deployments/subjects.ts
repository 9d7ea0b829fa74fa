import { isId } from '#libs/run-log';
import type { FlowRunId } from '#libs/run-log';

/*
 * deployment.<id>.spec              what it is; the last message counts, its sequence is the revision
 * deployment.<id>.state             what it has done; written behind a fence over both
 * deployment.<id>.later.fire        held back by the broker until the next instant
 * deployment.<id>.in.fire           the instant has come
 * deployment.<id>.in.ended.<run>    a run of it has ended
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
};

export const filters = {
  all: `${ROOT}.>`,
  specs: `${ROOT}.*.spec`,
  /** Specifications and states. */
  records: `${ROOT}.*.*`,
  fires: `${ROOT}.*.in.fire`,
  ends: `${ROOT}.*.in.ended.*`,
};

export type ParsedSubject =
  | { readonly kind: 'spec' | 'state' | 'fire'; readonly id: string }
  | { readonly kind: 'ended'; readonly id: string; readonly runId: FlowRunId };

/** Reads a subject; undefined where the grammar knows none like it. */
export function parseSubject(subject: string): ParsedSubject | undefined {
  const [root, id, kind, what, runId] = subject.split('.');
  if (root !== ROOT || id === undefined || !isId(id)) return undefined;
  if ((kind === 'spec' || kind === 'state') && what === undefined) return { id, kind };
  if (kind !== 'in') return undefined;
  if (what === 'fire') return { id, kind: what };
  if (what === 'ended' && runId !== undefined && isId(runId))
    return { id, kind: what, runId: runId as FlowRunId };
  return undefined;
}
