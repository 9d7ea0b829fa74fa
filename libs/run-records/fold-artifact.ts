import type { RunEvent, StoredInRun } from '#libs/run-log';
import type { ArtifactRecord } from './artifact.record.js';
import type { FlowRunRecord } from './flow-run.record.js';
import { LARGEST_TEXT } from './json-text.js';
import { who } from './who.js';

/** Gives the record of the artifact that an event of a run brings; null where it brings none. */
export function foldArtifact(
  run: Pick<FlowRunRecord, '_id' | 'flow' | 'actor'>,
  { event, position, time }: StoredInRun<RunEvent>,
): ArtifactRecord | null {
  if (event.type !== 'ArtifactRecorded') return null;
  const { key, kind, title, data } = event.artifact;
  const text = JSON.stringify(data ?? null);
  const bytes = Buffer.byteLength(text);
  return {
    _id: artifactIdOf(run._id, position.seq),
    flowRunId: run._id,
    flow: run.flow,
    step: event.step,
    key: key ?? null,
    kind,
    title: title ?? null,
    data: bytes > LARGEST_TEXT ? null : text,
    bytes,
    actor: who(run.actor),
    createdAt: new Date(time),
    lastSeq: position.seq,
  };
}

/** Sequences are padded, so that ids sort as the artifacts came. */
const artifactIdOf = (runId: string, seq: number): string => `${runId}.${String(seq).padStart(15, '0')}`;
