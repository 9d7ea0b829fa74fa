import type { Cleanup } from './cleanup.js';
import type { Result } from './result.js';

export interface MeasureContext {
  /** Takes what has to be stopped when the measure is over. */
  readonly cleanup: Cleanup;
  /** Tells people what is going on. */
  readonly say: (line: string) => void;
}

/** One measure; it starts what it needs and leaves the stopping to its context. */
export interface Measure {
  /** By which it is chosen; several where one measure gives several figures. */
  readonly names: readonly string[];
  run(context: MeasureContext): Promise<readonly Result[]>;
}
