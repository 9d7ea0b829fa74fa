import type { MergedJobDto } from '#libs/contracts';
import { meetingKeys } from './opening-keys.js';
import type { OpeningNode } from './opening-node.js';
import { contradict, isRepostOf, textsDecide, whySameOpening } from './same-opening.js';

/** What comparing has made of one posting. */
export interface Grouped {
  readonly canonicalJobId: string;
  readonly merged: readonly MergedJobDto[];
  readonly repostOf: string | null;
}

/** More postings under one key than this are no copies but a title that everybody uses. */
const MOST_AT_A_KEY = 200;

/**
 * Groups postings of one opening. The same postings give the same groups, whatever their order. A group holds no
 * two postings of one board, nor of different cities: where two would come together through a third, those that
 * meet later stay apart.
 * Pairs of which neither is in `about` are not compared.
 */
export function groupOpenings(
  nodes: readonly OpeningNode[],
  about: ReadonlySet<string> = new Set(nodes.map(({ jobId }) => jobId)),
): Map<string, Grouped> {
  const sorted = [...nodes].sort(byRank);
  const groups = new Map(sorted.map((node) => [node.jobId, [node]]));
  const reposts = new Map<string, OpeningNode>();
  const reasons = new Map<string, Map<string, string>>(
    sorted.map(({ jobId }) => [jobId, new Map<string, string>()]),
  );
  for (const [a, b] of meetings(sorted, about)) {
    noteRepost(reposts, a, b);
    const why = whySameOpening(a, b);
    if (why === null || !join(groups, a, b)) continue;
    reasons.get(a.jobId)?.set(b.jobId, why);
    reasons.get(b.jobId)?.set(a.jobId, why);
  }
  return new Map(
    sorted.map((node) => {
      const group = groups.get(node.jobId) ?? [node];
      const [first = node] = [...group].sort(byRank);
      const merged = group
        .filter(({ jobId }) => jobId !== node.jobId)
        .sort(byRank)
        .map(({ jobId }) => ({ jobId, why: reasons.get(node.jobId)?.get(jobId) ?? THROUGH_ANOTHER }));
      const repostOf = reposts.get(node.jobId)?.jobId ?? null;
      return [node.jobId, { canonicalJobId: first.jobId, merged, repostOf }];
    }),
  );
}

/** Names the postings whose texts `groupOpenings` looks at. */
export function textsWanted(nodes: readonly OpeningNode[], about: ReadonlySet<string>): Set<string> {
  const wanted = new Set<string>();
  for (const [a, b] of meetings([...nodes].sort(byRank), about))
    if (textsDecide(a, b)) wanted.add(a.jobId).add(b.jobId);
  return wanted;
}

const THROUGH_ANOTHER = 'both are the same opening as a third posting';

/** Pairs of postings that share a key, each once. */
function* meetings(
  nodes: readonly OpeningNode[],
  about: ReadonlySet<string>,
): Generator<[OpeningNode, OpeningNode]> {
  const byKey = new Map<string, OpeningNode[]>();
  for (const node of nodes)
    for (const key of meetingKeys(node)) {
      const bucket = byKey.get(key);
      if (!bucket) byKey.set(key, [node]);
      else if (bucket.length < MOST_AT_A_KEY) bucket.push(node);
    }
  const met = new Set<string>();
  for (const bucket of byKey.values())
    for (const [at, a] of bucket.entries())
      for (const b of bucket.slice(at + 1)) {
        if (!about.has(a.jobId) && !about.has(b.jobId)) continue;
        const pair = `${a.jobId} ${b.jobId}`;
        if (met.has(pair)) continue;
        met.add(pair);
        yield [a, b];
      }
}

function join(groups: Map<string, OpeningNode[]>, a: OpeningNode, b: OpeningNode): boolean {
  const [one = [a], other = [b]] = [groups.get(a.jobId), groups.get(b.jobId)];
  if (one === other) return true;
  const sources = new Set(one.map(({ source }) => source));
  const apart = other.some(
    (node) =>
      sources.has(node.source) ||
      one.some(
        (mate) =>
          contradict(mate.cities, node.cities) ||
          mate.separated.includes(node.jobId) ||
          node.separated.includes(mate.jobId),
      ),
  );
  if (apart) return false;
  const joined = [...one, ...other];
  for (const { jobId } of joined) groups.set(jobId, joined);
  return true;
}

function noteRepost(reposts: Map<string, OpeningNode>, a: OpeningNode, b: OpeningNode): void {
  const [older, newer] = a.postedAt <= b.postedAt ? [a, b] : [b, a];
  const known = reposts.get(newer.jobId);
  if (!isRepostOf(newer, older)) return;
  if (!known || older.postedAt > known.postedAt) reposts.set(newer.jobId, older);
}

/** What stands for an opening: the employer's own posting before an agency's, a whole text before a part, the first. */
const byRank = (a: OpeningNode, b: OpeningNode): number =>
  Number(a.agency) - Number(b.agency) ||
  Number(a.detail === 'snippet') - Number(b.detail === 'snippet') ||
  a.firstSeenAt - b.firstSeenAt ||
  (a.jobId < b.jobId ? -1 : 1);
