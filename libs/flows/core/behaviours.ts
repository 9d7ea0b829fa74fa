/**
 * Behaviour changes of the engine that a run begun before them would notice. A run keeps the set that its first
 * decision names; a number is never used again.
 */
export const Behaviour = {
  /** A cancel or a time-out tells the flow, which may clean up and undo; before, it ended the run on the spot. */
  endsInOrder: 1,
  /** The success of a task that its epoch had given up is used by the next one; before, it counted for nothing. */
  usesLateSuccess: 2,
  /**
   * Whatever was waiting is named when it is given up, a task between two attempts too, and all losers of a race in one
   * decision; before, the log kept silent of them.
   */
  namesWhatItGivesUp: 3,
  /**
   * The first outcome of an attempt is its end, whatever the run waits for by then; before, a success in the place of
   * a deferral, or after nobody had expected an outcome any more, counted for nothing, and a second outcome of what
   * was given up did count.
   */
  firstOutcomeEnds: 4,
  /**
   * A person's word counts only on what is in doubt when the run goes on, and is needed only where the run was halted
   * for it; before, it was kept for a later doubt, and a paused run might ask in vain for what nobody was told of.
   */
  wordsAreOnDoubts: 5,
} as const;
export type Behaviour = (typeof Behaviour)[keyof typeof Behaviour];

/** What a new run goes by. */
export const CURRENT_BEHAVIOURS: readonly Behaviour[] = Object.values(Behaviour);
