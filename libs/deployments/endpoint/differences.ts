import { canonicalJson } from '#libs/flows';
import type { DeploymentSpec, FieldChange } from '../deployment.js';

const FIELDS = [
  'description',
  'tags',
  'schedule',
  'triggers',
  'paused',
  'concurrency',
  'overlap',
  'missed',
  'flags',
  'source',
] as const satisfies (keyof DeploymentSpec)[];

export const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/** Names what a specification changes about another, parameters one by one. */
export function differencesOf(from: DeploymentSpec, to: DeploymentSpec): FieldChange[] {
  const changes: FieldChange[] = [];
  const compare = (field: string, before: unknown, after: unknown): void => {
    if (same(before, after)) return;
    changes.push({
      field,
      ...(before === undefined ? {} : { from: before }),
      ...(after === undefined ? {} : { to: after }),
    });
  };
  for (const key of new Set([...Object.keys(from.parameters), ...Object.keys(to.parameters)]))
    compare(`parameters.${key}`, from.parameters[key], to.parameters[key]);
  for (const field of FIELDS) compare(field, from[field], to[field]);
  return changes;
}
