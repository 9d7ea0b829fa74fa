import type { FlowRunId, RunLog, StreamSeq } from '#libs/run-log';
import { KeyExistsError, RevisionConflictError } from '#libs/key-values';
import type { KeyValues, StoredValue } from '#libs/key-values';
import { StateConflictError } from './errors.js';

/** Where the durable state of flows lies. */
export const STATE_BUCKET = 'FLOW_STATE';

/** Whose state: every flow keeps one set of values for each user. */
export interface StateScope {
  readonly flow: string;
  readonly userId: string;
  /** Test data lies apart. */
  readonly testMode?: boolean;
}

/** A value as people are shown it. */
export interface KeptState {
  readonly name: string;
  readonly found: boolean;
  /** Any JSON. */
  readonly value?: unknown;
  /** The run that set it; null where a person did. */
  readonly runId?: FlowRunId | null;
  /** Milliseconds of Unix time. */
  readonly at?: number;
  /** Names this value; a change may name the one that it was made against. */
  readonly revision?: string;
}

/** The completion that a value comes from. */
export interface Completion {
  readonly runId: FlowRunId;
  /** Where the decision lies that ended the run. */
  readonly seq: StreamSeq;
  readonly at: number;
}

/** As the bucket holds it. What a person has reset keeps its place, so that no older completion brings it back. */
interface Entry {
  readonly value?: unknown;
  /** The last completion that has set the value; 0 before the first. */
  readonly seq: number;
  readonly runId: string | null;
  readonly at: number;
  /** How often a person has set or reset it since that completion. */
  readonly edits?: number;
  /** Set while there is no value. */
  readonly empty?: boolean;
  /** Runs that were about to complete with a value of their own. */
  readonly announced?: readonly FlowRunId[];
}

type Change = (held: Entry) => Entry | undefined;

const NOTHING: Entry = { seq: 0, runId: null, at: 0, empty: true };

/**
 * Values that outlive runs: each flow's, by user and name.
 *
 * 1. A value is kept by the decision that completes its run; what lies here is a view of those decisions.
 * 2. A run announces itself before that decision is stored. Who finds an announcement asks the log whether the run has
 *    completed since, and if so does the writing that is missing. So nobody reads a value that is older than the last
 *    completion.
 * 3. A write counts only if its decision lies behind the one that the value comes from.
 */
export class FlowStates {
  constructor(
    private readonly values: KeyValues,
    private readonly log: Pick<RunLog, 'readRun'>,
  ) {}

  async read(scope: StateScope, name: string): Promise<KeptState> {
    return shown(name, await this.settled(scope, name));
  }

  /** Says that a run is about to complete with a value. May be repeated. */
  async announce(scope: StateScope, name: string, runId: FlowRunId): Promise<void> {
    await this.update(scope, name, (held) =>
      held.announced?.includes(runId)
        ? undefined
        : { ...held, announced: [...(held.announced ?? []), runId] },
    );
  }

  /** Keeps a value that a completed run has set, unless a later completion has set it already. May be repeated. */
  async complete(scope: StateScope, name: string, value: unknown, by: Completion): Promise<void> {
    await this.update(scope, name, (held) => {
      const { announced, ...rest } = withdrawn(held, by.runId);
      const others = announced ? { announced } : {};
      if (held.seq < by.seq)
        return { value: value ?? null, seq: by.seq, runId: by.runId, at: by.at, ...others };
      return held.announced?.includes(by.runId) ? { ...rest, ...others } : undefined;
    });
  }

  /**
   * Sets a value on a person's behalf; `at` in milliseconds of Unix time. Throws StateConflictError where not what is
   * expected is there: a revision, or `*` for any.
   */
  async set(
    scope: StateScope,
    name: string,
    value: unknown,
    at: number,
    expected?: string,
  ): Promise<KeptState> {
    await this.settled(scope, name);
    let revision = '';
    await this.update(scope, name, (held) => {
      checkExpected(name, held, expected);
      const { seq, announced, edits = 0 } = held;
      const entry: Entry = { value: value ?? null, seq, runId: null, at, edits: edits + 1 };
      revision = revisionOf(entry);
      return announced ? { ...entry, announced } : entry;
    });
    return { name, found: true, value: value ?? null, runId: null, at, revision };
  }

  /** Forgets a value on a person's behalf. Throws as `set` does. */
  async reset(scope: StateScope, name: string, at: number, expected?: string): Promise<KeptState> {
    await this.settled(scope, name);
    await this.update(scope, name, (held) => {
      checkExpected(name, held, expected);
      const { seq, empty, announced, edits = 0 } = held;
      const entry: Entry = { seq, runId: null, at, edits: edits + 1, empty: true };
      return empty ? undefined : announced ? { ...entry, announced } : entry;
    });
    return { name, found: false };
  }

  /** Lists what a flow keeps for a user, by name. */
  async list(scope: StateScope): Promise<KeptState[]> {
    const keys = await this.values.keys(rootOf(scope));
    const all = await Promise.all(keys.map((key) => this.read(scope, key.at(-1)!)));
    return all.filter(({ found }) => found).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Reads an entry once the writing that runs have left undone is done (2). */
  private async settled(scope: StateScope, name: string): Promise<Entry> {
    const entry = entryOf(await this.values.get(keyOf(scope, name)));
    if (!entry.announced) return entry;
    for (const runId of entry.announced) await this.settle(scope, name, runId);
    return entryOf(await this.values.get(keyOf(scope, name)));
  }

  private async settle(scope: StateScope, name: string, runId: FlowRunId): Promise<void> {
    const { events } = await this.log.readRun(runId);
    for (const { event, position, time } of events) {
      switch (event.type) {
        case 'FlowCompleted':
        case 'FlowContinued': {
          const { state } = event;
          if (state && Object.hasOwn(state, name)) {
            return this.complete(scope, name, state[name], { runId, seq: position.seq, at: time });
          }
          break;
        }
        case 'FlowFailed':
        case 'FlowCancelled':
          break;
        default:
          continue;
      }
      // It has ended, and not with a value: or its history is gone, and with it the value was written long ago.
      return this.withdraw(scope, name, runId);
    }
    if (events.length === 0) await this.withdraw(scope, name, runId);
  }

  private withdraw(scope: StateScope, name: string, runId: FlowRunId): Promise<void> {
    return this.update(scope, name, (held) => withdrawn(held, runId));
  }

  /** Writes what `change` makes of the entry, again and again until nobody has written in between. */
  private async update(scope: StateScope, name: string, change: Change): Promise<void> {
    const key = keyOf(scope, name);
    for (;;) {
      const stored = await this.values.get(key);
      const entry = change(entryOf(stored));
      if (!entry) return;
      try {
        if (stored) await this.values.put(key, entry, { expected: stored.revision });
        else await this.values.create(key, entry);
        return;
      } catch (error) {
        if (!(error instanceof RevisionConflictError) && !(error instanceof KeyExistsError)) throw error;
      }
    }
  }
}

const rootOf = ({ flow, userId, testMode }: StateScope) => [testMode ? 'test' : 'state', flow, userId];
const keyOf = (scope: StateScope, name: string) => [...rootOf(scope), name];
const entryOf = (stored: StoredValue | undefined): Entry => (stored?.value as Entry | undefined) ?? NOTHING;

function withdrawn({ announced = [], ...entry }: Entry, runId: FlowRunId): Entry {
  const others = announced.filter((other) => other !== runId);
  return others.length > 0 ? { ...entry, announced: others } : entry;
}

/** Rises with each completion and each edit; what a run announces is no change of the value. */
const revisionOf = ({ seq, edits = 0 }: Entry): string => `${seq}.${edits}`;

function checkExpected(name: string, held: Entry, expected: string | undefined): void {
  if (expected === undefined) return;
  const actual = held.empty ? undefined : revisionOf(held);
  if (actual === undefined || (expected !== '*' && expected !== actual))
    throw new StateConflictError(name, expected, actual);
}

function shown(name: string, entry: Entry): KeptState {
  if (entry.empty) return { name, found: false };
  const { value, runId, at } = entry;
  return { name, found: true, value, runId: runId as FlowRunId | null, at, revision: revisionOf(entry) };
}
