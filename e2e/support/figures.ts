/** What a process exposes: by the name of a metric, the labels that some of its lines carry. */
export type Figures = Map<string, Set<string>>;

/** Asks a process for its figures and adds them to those of others. */
export async function addFigures(healthUrl: string, to: Figures): Promise<void> {
  const answer = await fetch(`${healthUrl}/metrics`);
  if (!answer.ok) throw new Error(`${healthUrl}/metrics answered ${answer.status}`);
  for (const line of (await answer.text()).split('\n')) {
    const [, name, labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = to.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/([a-zA-Z_]\w*)="(?:[^"\\]|\\.)*"/g)) known.add(label);
    to.set(name, known);
  }
}
