import { fromText } from '#libs/run-records';
import type { ArtifactRecord } from '#libs/run-records';
import type { ArtifactDto } from './artifact.dto.js';

/** Shows a record as callers see it. */
export function toArtifactDto({ _id, data, createdAt, ...record }: ArtifactRecord): ArtifactDto {
  const { flowRunId, lastSeq } = record;
  return {
    ...record,
    id: _id,
    data: fromText(data),
    dataRef: data === null ? { flowRunId, seq: lastSeq } : null,
    createdAt: createdAt.toISOString(),
  };
}
