/** FNV-1a over the UTF-16 units of a text, 32 bits. */
export function fnv1a32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Names a value by its content: 16 hex digits, the same for objects whose keys come in another order. */
export function contentKey(value: unknown): string {
  const text = canonicalJson(value);
  return hex(fnv1a32(text)) + hex(fnv1a32(text, 0x9747b28c));
}

/** Writes JSON with sorted keys, leaving out what JSON leaves out. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      isRecord(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
        : inner,
    ) ?? 'null'
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hex = (n: number): string => n.toString(16).padStart(8, '0');
