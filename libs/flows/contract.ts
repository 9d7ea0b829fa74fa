import type { DtoClass } from '#libs/operations';

/** What clients and the orchestrator agree on about a flow. */
export interface FlowContract<I extends object = object> {
  /** snake_case; stored in the log, so never renamed. */
  readonly name: string;
  /** Other names it can be started by. */
  readonly aliases: readonly string[];
  readonly description: string;
  /** Pinned by a run's first decision; a run keeps the version that it started with. */
  readonly version: string;
  readonly input: DtoClass<I>;
  readonly tags: readonly string[];
  /** Further tries of the whole flow; what had succeeded is used again. */
  readonly retries: number;
  readonly retryDelaySeconds: number;
  readonly timeoutSeconds?: number;
  /** How long a run that was cancelled or has timed out may take to clean up. */
  readonly cleanUpSeconds: number;
}

export type FlowOptions<I extends object> = Pick<FlowContract<I>, 'name' | 'description' | 'input'> &
  Partial<FlowContract<I>>;

/** A flow as whoever runs it as a child sees it. */
export interface ChildFlow<I extends object = object, R = unknown> {
  readonly contract: FlowContract<I>;
  readonly run: (input: I, ctx: never) => Promise<R>;
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** Declares a flow. Throws TypeError on a name that cannot stand in a subject. */
export function defineFlow<I extends object>(options: FlowOptions<I>): FlowContract<I> {
  for (const name of [options.name, ...(options.aliases ?? [])]) {
    if (!NAME.test(name))
      throw new TypeError(`flow name ${JSON.stringify(name)}: expected snake_case, at most 64 characters`);
  }
  return Object.freeze({
    aliases: [],
    version: '1',
    tags: [],
    retries: 0,
    retryDelaySeconds: 0,
    cleanUpSeconds: 60,
    ...options,
  });
}
