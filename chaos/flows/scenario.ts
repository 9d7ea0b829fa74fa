import type { FlowDefinition } from '#libs/flows';
import type { Random } from '../plan/seeded.js';
import type { Steering } from '../plan/steering.js';

/** A flow with what the client does about its runs. */
export interface Scenario {
  readonly flow: FlowDefinition;
  /** How often it comes up, beside the others. */
  readonly weight: number;
  input(random: Random): object;
  /** What the client says to the run after it was started. */
  steering?(random: Random): readonly Steering[];
}
