/**
 * Behaviour changes of the engine that a run begun before them would notice. A run keeps the set that its first
 * decision names; a number is never used again.
 */
export const Behaviour = {
  /** A cancel or a time-out tells the flow, which may clean up and undo; before, it ended the run on the spot. */
  endsInOrder: 1,
  /** The success of a task that its epoch had given up is used by the next one; before, it counted for nothing. */
  usesLateSuccess: 2,
} as const;
export type Behaviour = (typeof Behaviour)[keyof typeof Behaviour];

/** What a new run goes by. */
export const CURRENT_BEHAVIOURS: readonly Behaviour[] = Object.values(Behaviour);
