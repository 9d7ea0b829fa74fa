import type { Actor, Artifact } from '#libs/run-log';

/** Something that a flow has shown to people. Its data is JSON text. */
export interface ArtifactRecord {
  /** Run and sequence, so that one that comes twice is kept once, and those of a run are in order. */
  _id: string;
  flowRunId: string;
  flow: string;
  step: number;
  /** The same key again is a newer version of the same artifact. */
  key: string | null;
  kind: Artifact['kind'];
  title: string | null;
  /** Null where it is too large for a record; the log has it. */
  data: string | null;
  /** Of the data as JSON text. */
  bytes: number;
  /** The run's. */
  actor: Actor;
  createdAt: Date;
  /** Sequence of the event that it was recorded by. */
  lastSeq: number;
}
