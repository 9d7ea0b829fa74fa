import type { DeploymentQuery } from '../deployment.js';
import { InvalidDeploymentError } from '../errors.js';
import type { DeploymentRecord } from '../store/deployment-record.js';

const USUAL_LIMIT = 50;

/** The order of lists: by flow, name and id. */
type Place = readonly [flow: string, name: string, id: string];
const placeOf = ({ spec }: DeploymentRecord): Place => [spec.flow, spec.name, spec.id];

/** Takes one page out of all that match. Throws InvalidDeploymentError on a cursor that is none of ours. */
export function pageOf(
  records: readonly DeploymentRecord[],
  { limit = USUAL_LIMIT, cursor, ...query }: DeploymentQuery,
): { readonly records: readonly DeploymentRecord[]; readonly nextCursor?: string } {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const found = records
    .filter((record) => matches(record, query))
    .filter((record) => !after || compare(placeOf(record), after) > 0)
    .sort((a, b) => compare(placeOf(a), placeOf(b)));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { records: page, ...(found.length > limit && last ? { nextCursor: cursorOf(placeOf(last)) } : {}) };
}

function matches(
  { spec }: DeploymentRecord,
  { flow, tag, paused, search, owner }: Omit<DeploymentQuery, 'limit' | 'cursor'>,
): boolean {
  if (flow !== undefined && spec.flow !== flow) return false;
  if (owner !== undefined && spec.owner.userId !== owner) return false;
  if (tag !== undefined && !spec.tags.includes(tag)) return false;
  if (paused !== undefined && spec.paused !== paused) return false;
  if (search === undefined) return true;
  const text = `${spec.flow}/${spec.name}\n${spec.description ?? ''}`.toLowerCase();
  return text.includes(search.trim().toLowerCase());
}

function compare(a: Place, b: Place): number {
  for (let i = 0; i < a.length; i++) {
    if (a[i]! < b[i]!) return -1;
    if (a[i]! > b[i]!) return 1;
  }
  return 0;
}

const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function readCursor(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.length === 3 && place.every((part) => typeof part === 'string'))
      return place as unknown as Place;
  } catch {
    // Whatever is wrong with it, the same is to be said.
  }
  throw new InvalidDeploymentError(`cursor ${JSON.stringify(cursor)} is none that a page was given with`, [
    { field: 'cursor', value: cursor, message: 'expected the nextCursor of a page' },
  ]);
}
