import { Inject, Injectable } from '@nestjs/common';
import { RevisionConflictError } from '#libs/key-values';
import type { Buckets, KeyValues } from '#libs/key-values';
import { BUCKETS } from '../buckets.js';
import type { KeptWork } from './bulk-work.js';

/** How long one can look back at what was done, in milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000;

export interface StoredWork {
  readonly work: KeptWork;
  readonly revision: number;
}

/** Keeps bulk work where every gateway finds it, so that it outlives the one that began it. */
@Injectable()
export class BulkStore {
  private readonly values: KeyValues;

  constructor(@Inject(BUCKETS) buckets: Buckets) {
    this.values = buckets.open('BULK');
  }

  async create(work: KeptWork): Promise<StoredWork> {
    return { work, revision: await this.values.create([work.id], work, { ttlMs: KEPT_MS }) };
  }

  async get(id: string): Promise<StoredWork | undefined> {
    const found = await this.values.get([id]);
    return found && { work: found.value as KeptWork, revision: found.revision };
  }

  /** Writes over what was read; undefined where somebody else has written meanwhile. */
  async replace({ revision }: StoredWork, work: KeptWork): Promise<StoredWork | undefined> {
    try {
      const options = { expected: revision, ttlMs: KEPT_MS };
      return { work, revision: await this.values.put([work.id], work, options) };
    } catch (error) {
      if (error instanceof RevisionConflictError) return undefined;
      throw error;
    }
  }

  async ids(): Promise<string[]> {
    return (await this.values.keys()).flatMap(([id]) => (id === undefined ? [] : [id]));
  }
}
