import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

const LINK_ID = /(?<=")rId[a-z0-9_-]{21}(?=")/g;
const WRITTEN_AT = /(<dcterms:(?:created|modified)[^>]*>)[^<]*/g;

/**
 * Takes out of an office file what chance and the clock have put in: ids of links are counted instead, times are the
 * start of the day `writtenOn`, such as 2026-11-21.
 */
export function withFixedBytes(file: Uint8Array, writtenOn: string): Buffer {
  const ids = new Map<string, string>();
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? `rIdLink${ids.size + 1}`;
    ids.set(id, known);
    return known;
  };
  const parts = Object.entries(unzipSync(file));
  // The text first, so that links are counted in the order in which they are read.
  const ordered = [...parts].sort(([one], [other]) => Number(isText(other)) - Number(isText(one)));
  const fixed = new Map(ordered.map(([name, bytes]) => [name, fixedPart(name, bytes, idOf, writtenOn)]));
  const mtime = new Date(1980, 0, 1);
  const files = Object.fromEntries(parts.map(([name, bytes]) => [name, fixed.get(name) ?? bytes]));
  return Buffer.from(zipSync(files, { mtime, level: 6 }));
}

const isText = (name: string): boolean => name === 'word/document.xml';

function fixedPart(
  name: string,
  bytes: Uint8Array,
  idOf: (id: string) => string,
  writtenOn: string,
): Uint8Array {
  if (!/\.(?:xml|rels)$/.test(name)) return bytes;
  const text = strFromU8(bytes).replace(LINK_ID, idOf).replace(WRITTEN_AT, `$1${writtenOn}T00:00:00Z`);
  return strToU8(text);
}
