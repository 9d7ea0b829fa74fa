import { isDeepStrictEqual } from 'node:util';

/**
 * Says where `got` lacks what `want` asks for, or undefined where it does not. Of an object only the fields that are
 * asked for count; a list must be as long.
 */
export function differenceOf(want: unknown, got: unknown, at = ''): string | undefined {
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) return told(want, got, at);
    return firstOf(want.map((item, index) => [item, got[index], `${at}[${index}]`]));
  }
  if (typeof want === 'object' && want !== null) {
    if (typeof got !== 'object' || got === null) return told(want, got, at);
    const fields = Object.entries(want);
    return firstOf(
      fields.map(([name, item]) => [
        item,
        (got as Readonly<Record<string, unknown>>)[name],
        at ? `${at}.${name}` : name,
      ]),
    );
  }
  return isDeepStrictEqual(want, got) ? undefined : told(want, got, at);
}

function firstOf(pairs: readonly (readonly [unknown, unknown, string])[]): string | undefined {
  for (const [want, got, at] of pairs) {
    const difference = differenceOf(want, got, at);
    if (difference) return difference;
  }
  return undefined;
}

const told = (want: unknown, got: unknown, at: string): string =>
  `${at || 'it'} is ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`;
