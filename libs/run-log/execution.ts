import type { Millis, TaskRunId } from './ids.js';

/** On whose behalf something happens, and by which way it came in. */
export interface Actor {
  readonly userId: string;
  readonly channel: 'api' | 'cli' | 'ui' | 'nats' | 'flow' | 'schedule';
  /**
   * What it may do, as patterns of permissions (`*`, `jobs:*`, `*:read`, `jobs:write`), settled where it came in. It
   * goes along with everything that is done on its behalf. Absent where authentication is switched off: then nothing
   * is refused.
   */
  readonly grants?: readonly string[];
  /** Who really asked, where somebody acts for the user. */
  readonly by?: string;
  /** The id of the key that the grants came by; absent where they came by a token, which nothing is known of later. */
  readonly key?: string;
}

/** How a run behaves; inherited by its tasks, children and nested calls. */
export interface RunFlags {
  readonly dryRun?: boolean;
  readonly testMode?: boolean;
  readonly verbose?: boolean;
}

/** What every description of one execution of an operation says. */
export interface Execution {
  readonly taskRunId: TaskRunId;
  readonly service: string;
  readonly operation: string;
  /** The contract's version that the caller knows. */
  readonly contractVersion: number;
  readonly input: unknown;
  readonly actor: Actor;
  readonly flags: RunFlags;
  readonly tags: readonly string[];
  /** The same over attempts, retries and forks. */
  readonly idempotencyKey: string;
  /** False for cheap reads: no record is kept. */
  readonly createTaskrun: boolean;
  readonly timeoutMs?: Millis;
  /** The execution whose input this one has been given again, by a person. */
  readonly replayOf?: TaskRunId;
}

/** What a task asks of whoever runs it, beyond the operation's own contract. */
export interface TaskTerms {
  /** A success kept under this key (hashed with user, operation and version) is the answer; a new one is kept. */
  readonly cache?: { readonly key: string; readonly expirationSeconds?: number };
  /** A success is kept under this name too, for later runs to read. */
  readonly resultName?: string;
  /** What the operation writes to the console becomes lines of its log. */
  readonly logPrints?: boolean;
  /** The attempt must have been begun by then: whoever runs it takes its claim first. */
  readonly startBy?: Millis;
}
