/** Milliseconds from the request to start a run. */
export interface Reached {
  /** Until the first line of its first operation. */
  readonly firstOperation: number;
  /** Until its result was there. */
  readonly whole: number;
}
