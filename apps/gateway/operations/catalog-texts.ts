import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Catalog } from '#libs/operations';

/** Of all answers together, in bytes. */
const MOST_KEPT = 4_000_000;

/**
 * Answers that say nothing but what the catalog holds, kept as the JSON that is sent until the catalog changes: to
 * write the list of all operations takes a hundred times as long as to send it.
 */
@Injectable()
export class CatalogTexts {
  private readonly texts = new LRUCache<string, Buffer>({
    maxSize: MOST_KEPT,
    sizeCalculation: (text, url) => text.length + url.length,
  });

  constructor(catalog: Catalog) {
    // Both live as long as the gateway.
    catalog.onChange(() => this.texts.clear());
  }

  /** Gives the answer to the request for a path and query; `make` makes it where it is not known. */
  of(url: string, make: () => object): Buffer {
    const known = this.texts.get(url);
    if (known !== undefined) return known;
    const text = Buffer.from(JSON.stringify(make()));
    this.texts.set(url, text);
    return text;
  }
}
