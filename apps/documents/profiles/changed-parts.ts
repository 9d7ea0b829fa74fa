import { isDeepStrictEqual } from 'node:util';

/** What of a profile can change. */
export interface ProfileParts {
  readonly resume: Readonly<Record<string, unknown>>;
  readonly preferences: Readonly<Record<string, unknown>>;
  readonly standingRule: Readonly<Record<string, unknown>> | null;
}

/** Names the parts that differ between two versions, such as `resume.work`, `preferences.places` or `standingRule`. */
export function changedParts(before: ProfileParts | null, after: ProfileParts): string[] {
  const rule = isDeepStrictEqual(before?.standingRule ?? null, after.standingRule) ? [] : ['standingRule'];
  return [
    ...changedFields('resume', before?.resume ?? {}, after.resume),
    ...changedFields('preferences', before?.preferences ?? {}, after.preferences),
    ...rule,
  ];
}

function changedFields(
  part: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .sort()
    .map((field) => `${part}.${field}`);
}
