import { closest } from '#libs/closest-name';
import { fieldsOf } from '#libs/operations';
import { findReferences, type PlacedReference } from './find-references.js';
import { idOf, MOST_STEPS, type Contracts, type PipeStep } from './pipe.js';
import { STEPS, stepOf } from './steps-root.js';

/** More than these are counted. */
const MOST_TOLD = 10;

/** Says what is wrong between steps, in one sentence; nothing where they hang together. */
export function checkSteps(steps: readonly unknown[], contracts: Contracts): string {
  if (steps.length > MOST_STEPS)
    return `steps must hold no more than ${MOST_STEPS} steps, not ${steps.length}`;
  const wrong: string[] = [];
  const all = steps.filter(isStep);
  const before = new Map<string, PipeStep>();
  for (const step of all) {
    const id = idOf(step);
    const { found, unreadable } = findReferences(
      { ...(step.when === undefined ? {} : { when: step.when }), with: step.with },
      STEPS,
    );
    for (const { field, error } of unreadable) wrong.push(`step ${id}, ${field}: ${error.text} ${error.why}`);
    for (const placed of found) {
      const why = judge(placed, { id, before, all, contracts });
      if (why !== undefined) wrong.push(`step ${id}, ${placed.field}: ${placed.reference.text} ${why}`);
    }
    if (before.has(id)) wrong.push(`two steps have the id ${id}: give each an id of its own`);
    before.set(id, step);
  }
  const more = wrong.length > MOST_TOLD ? `; and ${wrong.length - MOST_TOLD} more` : '';
  return wrong.slice(0, MOST_TOLD).join('; ') + more;
}

interface Surroundings {
  readonly id: string;
  readonly before: ReadonlyMap<string, PipeStep>;
  readonly all: readonly PipeStep[];
  readonly contracts: Contracts;
}

function judge({ reference }: PlacedReference, { id, before, all, contracts }: Surroundings) {
  const { step: of, path } = stepOf(reference);
  const earlier = before.get(of);
  if (earlier === undefined) {
    if (of === id) return 'names the very step that it stands in: only earlier steps have given something';
    if (all.some((step) => idOf(step) === of))
      return `names a step that comes later: only earlier steps have given something`;
    return `names no step: ${listed(of, [...before.keys()], 'earlier steps are', 'no step comes before it')}`;
  }
  const [field] = path;
  const contract = contracts.get(earlier.use);
  if (field === undefined || contract === undefined) return undefined;
  const fields = fieldsOf(contract.output);
  if (fields.size === 0 || fields.has(String(field))) return undefined;
  return `names what ${earlier.use} does not give: ${listed(String(field), [...fields], 'it gives', 'it gives nothing')}`;
}

function listed(name: string, known: readonly string[], head: string, none: string): string {
  if (known.length === 0) return none;
  const meant = closest(name, known);
  return `${meant === undefined ? '' : `did you mean ${meant}? `}${head} ${known.join(', ')}`;
}

const isStep = (step: unknown): step is PipeStep =>
  typeof step === 'object' &&
  step !== null &&
  'use' in step &&
  typeof step.use === 'string' &&
  (!('id' in step) || step.id === undefined || typeof step.id === 'string');
