import type { Posting } from '../sources/posting.js';

/**
 * Makes one posting of each id: what a later page says wins, but nothing said is lost and a full description is
 * never given up for a snippet.
 */
export function mergePostings(postings: Iterable<Posting>): Posting[] {
  const byId = new Map<string, Posting>();
  for (const posting of postings) {
    const before = byId.get(posting.postingId);
    byId.set(posting.postingId, before ? merge(before, posting) : posting);
  }
  return [...byId.values()];
}

function merge(before: Posting, after: Posting): Posting {
  const longer = after.detail === 'full' || before.detail === 'snippet' ? after : before;
  return {
    postingId: before.postingId,
    title: after.title,
    company: after.company,
    locations: after.locations.length > 0 ? after.locations : before.locations,
    remote: after.remote ?? before.remote,
    descriptionHtml: longer.descriptionHtml,
    detail: longer.detail,
    salary: after.salary ?? before.salary,
    employmentTypes: after.employmentTypes.length > 0 ? after.employmentTypes : before.employmentTypes,
    postedAt: after.postedAt ?? before.postedAt,
    validThrough: after.validThrough ?? before.validThrough,
    url: after.url ?? before.url,
    applyUrl: after.applyUrl ?? before.applyUrl,
    language: after.language ?? before.language,
    tags: after.tags.length > 0 ? after.tags : before.tags,
    references: { ...before.references, ...after.references },
  };
}
