import type { SourceResult } from '#libs/contracts';

/** No source could be searched at all. */
export class NoSourceError extends Error {
  constructor(sources: readonly SourceResult[]) {
    const why = sources.map(({ source, message }) => `${source}: ${message ?? 'no reason given'}`);
    super(`no source could be searched: ${why.join('; ') || 'none is switched on'}`);
    this.name = 'NoSourceError';
  }
}
