import type { RunLog } from '#libs/run-log';
import type { ActivationGate } from './activation-gate.js';
import type { Effects } from './effects.js';
import type { Parking } from './parking.js';
import type { FlowRegistry } from './registry.js';

/** What the runs of one orchestrator share. */
export interface ActorEnvironment {
  readonly log: RunLog;
  readonly registry: FlowRegistry;
  readonly gate: ActivationGate;
  readonly effects: Effects;
  readonly parking: Parking;
  readonly logger: {
    warn(message: string, fields?: object): void;
    error(message: string, fields?: object): void;
  };
  /** A run that goes on no sooner than in so many milliseconds, as far as can be told, does not stay in memory. */
  readonly idleMs: number;
  /** Drops the copy of a run before each trigger, and reads the run from the log. */
  readonly replayAlways: boolean;
  /** Names this orchestrator, and no other that is or was, in the marks that it leaves. */
  readonly self: string;
  /** Waits for so many milliseconds; false at once, or as soon as the orchestrator closes. */
  pause(ms: number): Promise<boolean>;
}
