import type { OperationContract } from '#libs/operations';

export const MOST_STEPS = 100;

/** The operations that pipes may use, by name. */
export type Contracts = ReadonlyMap<string, OperationContract>;

/** One use of an operation. */
export interface PipeStep {
  readonly id?: string;
  readonly use: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly when?: string;
  readonly retries?: number;
  readonly retryDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly onFailure: 'stop' | 'continue';
}

/** What the flow `pipe` takes, once it is checked. */
export interface PipeInput {
  readonly steps: readonly PipeStep[];
  /** Of each step that says nothing itself. */
  readonly retries: number;
  readonly retryDelaySeconds: number;
}

/** The final context of a pipe. */
export interface PipeResult {
  /** What each step gave, by its id; nothing stands for a step that failed and gave nothing. */
  readonly steps: Readonly<Record<string, unknown>>;
  /** Steps that were left out by their `when`. */
  readonly skipped?: readonly string[];
  /** Steps that failed and that the pipe went on without. */
  readonly failed?: Readonly<Record<string, { readonly code: string; readonly message: string }>>;
}

/** By which name a step's output is known. */
export const idOf = ({ id, use }: Pick<PipeStep, 'id' | 'use'>): string => id ?? use;
