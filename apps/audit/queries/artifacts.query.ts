import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { toArtifactDto } from '#libs/contracts';
import type { ArtifactDto, ListArtifactsInput, ListArtifactsOutput } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import { ArtifactRecord } from '../records/artifact.record.js';
import { RecordNotFoundError } from './errors.js';
import { userFilter } from './scope.js';
import { createdWithin, given } from './span.js';

/** Reads what flows have shown to people, as far as the asker may see it. */
@Injectable()
export class ArtifactsQuery {
  constructor(@InjectModel(ArtifactRecord.name) private readonly artifacts: Model<ArtifactRecord>) {}

  list(input: ListArtifactsInput, actor: Actor): Promise<ListArtifactsOutput> {
    return readPage({
      model: this.artifacts,
      filter: artifactFilter(input, actor),
      sort: input.sort ?? '-createdAt',
      limit: input.limit,
      cursor: input.cursor,
      toDto: toArtifactDto,
    });
  }

  /** Throws RecordNotFoundError. */
  async get(id: string, actor: Actor): Promise<ArtifactDto> {
    const record = await this.artifacts
      .findOne({ _id: id, ...userFilter(actor, undefined) })
      .lean<ArtifactRecord>();
    if (!record) throw new RecordNotFoundError('artifact', id);
    return toArtifactDto(record);
  }
}

export function artifactFilter(input: ListArtifactsInput, actor: Actor): QueryFilter<ArtifactRecord> {
  return {
    ...given({ flowRunId: input.flowRunId, key: input.key, kind: input.kind, flow: input.flow }),
    ...userFilter(actor, input.user),
    ...createdWithin(input.from, input.to),
  };
}
