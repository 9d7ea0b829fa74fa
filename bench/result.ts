/** One figure beside what it is held against. Units are named in `what`. */
export interface Result {
  readonly id: string;
  readonly what: string;
  readonly ours: number;
  /** What a bare version of the same work came to in the same run; null where there is none. */
  readonly reference: number | null;
  readonly ratio: number | null;
  /** Null where the figure is for orientation only; then `holds` is null too. */
  readonly goal: string | null;
  readonly holds: boolean | null;
}

/** What a figure should come to. */
export interface Goal {
  readonly of: 'ours' | 'ratio';
  readonly is: '<=' | '>=';
  readonly value: number;
}

export interface Figures {
  readonly id: string;
  readonly what: string;
  readonly ours: number;
  readonly reference?: number;
  /** Where it is measured by pairs; else it is `ours` over `reference`. */
  readonly ratio?: number;
  readonly goal?: Goal;
}

/** Holds figures against their goal. */
export function resultOf({ id, what, ours, reference, ratio, goal }: Figures): Result {
  const against = ratio ?? (reference === undefined ? undefined : ours / reference);
  const judged = goal?.of === 'ratio' ? against : ours;
  return {
    id,
    what,
    ours: rounded(ours),
    reference: reference === undefined ? null : rounded(reference),
    ratio: against === undefined ? null : rounded(against),
    goal: goal ? `${goal.of} ${goal.is} ${goal.value}` : null,
    holds:
      goal && judged !== undefined ? (goal.is === '<=' ? judged <= goal.value : judged >= goal.value) : null,
  };
}

/** Four digits say more than the machine's noise lets them mean. */
const rounded = (value: number): number => Number(value.toPrecision(4));
