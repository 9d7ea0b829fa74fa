// At hand once, for they are asked for at every corner.
const { hypot } = Math;

/** `[a, b, c, d, e, f]`: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [number, number, number, number, number, number];

/** Corner points of one closed line: x and y in turns. */
export type Ring = readonly number[];

/** Into how many straight pieces a curve is cut. */
const PIECES = 8;

export function times([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** Reads the path of an SVG as rings of straight lines; curves are cut into pieces. Arcs are not known. */
export function ringsOf(path: string, [a, b, c, d, e, f]: Matrix): Ring[] {
  const rings: number[][] = [];
  let ring: number[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const to = (px: number, py: number): void => {
    ring.push(a * px + c * py + e, b * px + d * py + f);
    [x, y] = [px, py];
  };
  for (const [, command = '', rest = ''] of path.matchAll(/([MmLlHhVvCcQqZz])([^MmLlHhVvCcQqZz]*)/g)) {
    const kind = command.toUpperCase();
    const relative = command !== kind;
    const numbers = (rest.match(/-?[\d.]+(?:e-?\d+)?/gi) ?? []).map(Number);
    const size = SIZES[kind] ?? 0;
    if (kind === 'Z') to(startX, startY);
    for (let at = 0; size > 0 && at + size <= numbers.length; at += size) {
      const [ox, oy] = relative ? [x, y] : [0, 0];
      const value = (index: number): number => numbers[at + index] ?? 0;
      const point = (index: number): readonly [number, number] => [ox + value(index), oy + value(index + 1)];
      if (kind === 'M' && at === 0) {
        ring = [];
        rings.push(ring);
        to(...point(0));
        [startX, startY] = [x, y];
      } else if (kind === 'H') to(ox + value(0), y);
      else if (kind === 'V') to(x, oy + value(0));
      else if (kind === 'C') curve([x, y], point(0), point(2), point(4), to);
      else if (kind === 'Q') {
        const [[cx, cy], [ex, ey]] = [point(0), point(2)];
        const third = (one: number, two: number): number => one + (2 / 3) * (two - one);
        curve([x, y], [third(x, cx), third(y, cy)], [third(ex, cx), third(ey, cy)], [ex, ey], to);
      } else to(...point(0));
    }
  }
  return rings;
}

const SIZES: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, Q: 4 };

type Point = readonly [number, number];

function curve(
  [x0, y0]: Point,
  [x1, y1]: Point,
  [x2, y2]: Point,
  [x3, y3]: Point,
  to: (x: number, y: number) => void,
) {
  for (let piece = 1; piece <= PIECES; piece += 1) {
    const t = piece / PIECES;
    const s = 1 - t;
    const [p, q, r, u] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    to(p * x0 + q * x1 + r * x2 + u * x3, p * y0 + q * y1 + r * y2 + u * y3);
  }
}

/** Turns a line into the rings of its stroke, a box for each straight piece. `width` is in the ring's own units. */
export function strokeOf(ring: Ring, width: number): Ring[] {
  const boxes: Ring[] = [];
  for (let at = 0; at + 3 < ring.length; at += 2) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = ring.slice(at, at + 4);
    const length = hypot(x1 - x0, y1 - y0);
    if (length === 0) continue;
    const [nx, ny] = [(-(y1 - y0) / length) * (width / 2), ((x1 - x0) / length) * (width / 2)];
    boxes.push([x0 + nx, y0 + ny, x1 + nx, y1 + ny, x1 - nx, y1 - ny, x0 - nx, y0 - ny]);
  }
  return boxes;
}
