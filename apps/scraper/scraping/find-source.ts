import type { Source } from '../sources/source.js';

/** Reads any page that describes its openings by schema.org. */
const ANY_PAGE = 'jsonld';

/** Finds the source that an address is of; any page that is nobody's is read for what it says of openings. */
export function findSource(url: URL, sources: readonly Source[]): Source {
  const own = sources.find(
    (source) => source.reads?.(url) === true || source.boards?.read(url.href)?.from === 'address',
  );
  const found = own ?? sources.find(({ name }) => name === ANY_PAGE);
  if (!found) throw new TypeError(`no source reads any page: ${ANY_PAGE} is not among the sources`);
  return found;
}
