/** A job, and the other postings of the same opening as it knows them. */
export interface Linked {
  readonly _id: string;
  readonly mates: readonly string[];
}

/**
 * Sorts jobs that may go into groups of one opening, and leaves out every group that has a job among those that
 * stay. That one of two names the other is enough: what is written of a group by halves is still one group.
 */
export function wholeGroups(going: readonly Linked[], staying: readonly Linked[]): string[][] {
  const roots = new Map<string, string>();
  const rootOf = (id: string): string => {
    let root = id;
    for (let up = roots.get(root); up !== undefined; up = roots.get(root)) root = up;
    for (let at = id, up = roots.get(at); up !== undefined; at = up, up = roots.get(at)) roots.set(at, root);
    return root;
  };
  for (const { _id, mates } of [...going, ...staying])
    for (const mate of mates) {
      const [a, b] = [rootOf(_id), rootOf(mate)];
      if (a !== b) roots.set(a, b);
    }
  const kept = new Set(staying.map(({ _id }) => rootOf(_id)));
  const groups = new Map<string, string[]>();
  for (const { _id } of going) {
    const root = rootOf(_id);
    if (!kept.has(root)) groups.set(root, [...(groups.get(root) ?? []), _id]);
  }
  return [...groups.values()];
}
