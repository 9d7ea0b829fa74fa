import type { Actor } from './execution.js';
import type { FlowRunId, StreamSeq } from './ids.js';

/** A success that a run takes over from the one that it was forked from. */
export interface KeptResult {
  readonly step: number;
  /** The task's, the child flow's or the wait's name. */
  readonly name: string;
  readonly key: string;
  /** The how-manieth ask of this name and key it was, from 1. */
  readonly nth: number;
  readonly value: unknown;
}

/** An ask of a flow, as epochs and forks know it again. */
export type AskId = Pick<KeptResult, 'name' | 'key' | 'nth'>;

/** Where a run was forked from. */
export interface Fork {
  readonly from: FlowRunId;
  /** Who asked for it; the new run works for whom the old one worked for. */
  readonly by?: Actor;
  /** The history up to here was taken into account. */
  readonly uptoSeq: StreamSeq;
  /** The first step that is done anew; none when every success is kept. */
  readonly step?: number;
  readonly results: readonly KeptResult[];
  /** What was done before and undone by a run: done anew, it is another piece of work to whoever does it. */
  readonly undone?: readonly (AskId & { readonly by: FlowRunId })[];
}
