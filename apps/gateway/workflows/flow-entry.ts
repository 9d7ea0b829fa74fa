import type { FlowDescription } from '#libs/operations';

/** A flow as clients see it. */
export type FlowEntry = Omit<FlowDescription, 'kind'> & {
  readonly links: {
    readonly self: string;
    readonly start: string;
    readonly runs: string;
    readonly state: string;
  };
};

export function flowEntry({ kind: _kind, ...entry }: FlowDescription): FlowEntry {
  const self = `/workflows/${entry.name}`;
  const runs = `/flow-runs?flow=${entry.name}`;
  return { ...entry, links: { self, start: self, runs, state: `${self}/state` } };
}

/** Finds the flows that carry a tag and whose names, description or tags hold every word of a text. */
export function findFlows(
  flows: readonly FlowDescription[],
  { tag, q = '' }: { readonly tag?: string; readonly q?: string },
): FlowDescription[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return flows.filter((flow) => {
    if (tag !== undefined && !flow.tags.includes(tag)) return false;
    const said = [flow.name, ...flow.aliases, flow.description, ...flow.tags].join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
