/**
 * Puts versions in order, part by part between their dots: numbers by their value, anything else after numbers and by
 * its letters. Parts that one of them lacks count as 0. Negative where `a` is the older.
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareParts(left[i] ?? '0', right[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (isNumber(a) && isNumber(b)) return x - y;
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const isNumber = (part: string): boolean => /^\d+$/.test(part);
