import type { Actor } from '#libs/run-log';

/**
 * What somebody may do is a list of patterns: `jobs:read` is that one permission, `jobs:*` all of that area, `*:read`
 * that verb in every area, `*` everything. An area and a verb are lower-case words; a permission asks for one of each.
 */
const PATTERN = /^(\*|(\*|[a-z][a-z0-9-]{0,31}):(\*|[a-z][a-z0-9-]{0,31}))$/;

/** So that a list always fits in the headers of a message. */
const MOST_GRANTS = 50;

/** Tells whether a text is a permission or a pattern of them. */
export const isGrant = (text: unknown): text is string => typeof text === 'string' && PATTERN.test(text);

/** Tells whether something is a list of at most 50 permissions and patterns. */
export const areGrants = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length <= MOST_GRANTS && value.every(isGrant);

/** Tells whether one of the patterns takes in all that is asked for, which may be a pattern itself. */
export function covers(grants: readonly string[], asked: string): boolean {
  const [area, verb = '*'] = asked.split(':');
  return grants.some((grant) => {
    const [grantedArea, grantedVerb = '*'] = grant.split(':');
    return (grantedArea === '*' || grantedArea === area) && (grantedVerb === '*' || grantedVerb === verb);
  });
}

/** Lists what is asked for and not granted. An actor without grants comes from where nobody is asked who they are. */
export function lackingOf({ grants }: Pick<Actor, 'grants'>, asked: readonly string[]): readonly string[] {
  return grants ? asked.filter((permission) => !covers(grants, permission)) : [];
}

/** Gives what both lists take in. Should it be more than a list may hold, the rest is not granted. */
export function narrowed(grants: readonly string[], to: readonly string[]): readonly string[] {
  const met = new Set(grants.flatMap((grant) => to.flatMap((other) => meet(grant, other) ?? [])));
  const all = [...met];
  // What another one takes in says nothing more.
  return all
    .filter((grant) => !all.some((other) => other !== grant && covers([other], grant)))
    .slice(0, MOST_GRANTS);
}

/** The pattern of what two patterns have in common; undefined where that is nothing. */
function meet(one: string, other: string): string | undefined {
  const [area = '*', verb = '*'] = one.split(':');
  const [otherArea = '*', otherVerb = '*'] = other.split(':');
  const areas = common(area, otherArea);
  const verbs = common(verb, otherVerb);
  if (areas === undefined || verbs === undefined) return undefined;
  return areas === '*' && verbs === '*' ? '*' : `${areas}:${verbs}`;
}

const common = (one: string, other: string): string | undefined =>
  one === '*' ? other : other === '*' || one === other ? one : undefined;
