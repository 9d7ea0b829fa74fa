import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { VisitedPage } from '../sources/visit.js';
import { Page } from './page.schema.js';

/** A document holds 16 MB at most; a compressed page beyond this is left out, its facts are kept. */
const LARGEST_BODY = 12 * 1024 * 1024;

export interface PageKeeper {
  readonly userId: string;
  readonly testMode: boolean;
  readonly source: string;
}

/** Keeps the pages that searches looked at, one at a time: they are large. */
@Injectable()
export class PagesStore {
  constructor(@InjectModel(Page.name) private readonly pages: Model<Page>) {}

  /** Keeps a page and returns its id. The same content seen again only moves `fetchedAt`. */
  async keep(page: VisitedPage, keeper: PageKeeper): Promise<string> {
    const { filter, update } = await upsertOf(page, keeper);
    await this.pages.updateOne(filter, update, { upsert: true }).exec();
    return filter._id;
  }
}

async function upsertOf(page: VisitedPage, { userId, testMode, source }: PageKeeper) {
  const hash = page.body === null ? null : sha256(page.body);
  const body = page.body === null ? null : await promisify(gzip)(page.body);
  const { url, kind, outcome, status, bytes, fetchedAt, error } = page;
  return {
    filter: { _id: `page_${sha256(JSON.stringify([userId, testMode, url, hash])).slice(0, 32)}` },
    update: {
      $set: {
        source,
        kind,
        outcome,
        status,
        bytes,
        fetchedAt,
        errorCode: error?.code ?? null,
        message: error?.message ?? null,
      },
      $setOnInsert: {
        userId,
        testMode,
        url,
        hash,
        body: body && body.length <= LARGEST_BODY ? body : null,
        firstFetchedAt: fetchedAt,
      },
    },
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
