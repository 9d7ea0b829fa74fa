import type { Ring } from './outline.js';

// At hand once, for they are asked for at every pixel.
const { abs, ceil, floor, max, min, round } = Math;

export type Colour = readonly [number, number, number];

/**
 * Fills outlines on white. A pixel takes as much of the colour as the outline covers of it: signed areas are added up
 * along each row, so no sampling is needed. Source: the way of font-rs (Levien, 2016).
 */
export class Canvas {
  /** Red, green and blue of each pixel, row by row. */
  readonly pixels: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8Array(width * height * 3).fill(255);
  }

  fill(rings: readonly Ring[], colour: Colour): void {
    const box = this.boxOf(rings);
    if (box === null) return;
    const { left, top, columns, rows } = box;
    const areas = new Float32Array((columns + 2) * rows);
    for (const ring of rings)
      for (let at = 0; at < ring.length; at += 2) {
        const next = at + 2 < ring.length ? at + 2 : 0;
        const from = [clamp((ring[at] ?? 0) - left, columns), (ring[at + 1] ?? 0) - top] as const;
        const to = [clamp((ring[next] ?? 0) - left, columns), (ring[next + 1] ?? 0) - top] as const;
        addEdge(areas, columns + 2, rows, from, to);
      }
    const [red, green, blue] = colour;
    for (let row = 0; row < rows; row += 1) {
      let covered = 0;
      for (let column = 0; column < columns; column += 1) {
        covered += areas[row * (columns + 2) + column] ?? 0;
        const share = min(1, abs(covered));
        if (share < 0.002) continue;
        const at = ((top + row) * this.width + left + column) * 3;
        this.blend(at, red, share);
        this.blend(at + 1, green, share);
        this.blend(at + 2, blue, share);
      }
    }
  }

  private boxOf(rings: readonly Ring[]) {
    const least = [Infinity, Infinity];
    const most = [-Infinity, -Infinity];
    for (const ring of rings)
      for (let at = 0; at < ring.length; at += 1) {
        const axis = at % 2;
        const value = ring[at] ?? 0;
        if (value < (least[axis] ?? 0)) least[axis] = value;
        if (value > (most[axis] ?? 0)) most[axis] = value;
      }
    const [left = 0, top = 0] = least.map((value) => max(0, floor(value)));
    const [right = 0, bottom = 0] = most.map((value) => ceil(value));
    const columns = min(this.width, right) - left;
    const rows = min(this.height, bottom) - top;
    return columns > 0 && rows > 0 ? { left, top, columns, rows } : null;
  }

  private blend(at: number, value: number, share: number): void {
    const before = this.pixels[at] ?? 255;
    this.pixels[at] = round(before + (value - before) * share);
  }
}

type Point = readonly [number, number];

const clamp = (value: number, most: number): number => min(most, max(0, value));

/** Adds what one edge covers to its right, row by row. */
function addEdge(areas: Float32Array, stride: number, rows: number, one: Point, other: Point): void {
  if (one[1] === other[1]) return;
  const direction = one[1] < other[1] ? 1 : -1;
  const [[x0, y0], [x1, y1]] = direction === 1 ? [one, other] : [other, one];
  const slope = (x1 - x0) / (y1 - y0);
  let x = y0 < 0 ? x0 - y0 * slope : x0;
  for (let row = max(0, floor(y0)); row < min(rows, ceil(y1)); row += 1) {
    const height = min(row + 1, y1) - max(row, y0);
    const next = x + slope * height;
    addRow(areas, row * stride, min(x, next), max(x, next), height * direction);
    x = next;
  }
}

function addRow(areas: Float32Array, start: number, left: number, right: number, height: number): void {
  const add = (column: number, area: number): void => {
    areas[start + column] = (areas[start + column] ?? 0) + area;
  };
  const first = floor(left);
  const last = ceil(right);
  if (last <= first + 1) {
    const middle = (left + right) / 2 - first;
    add(first, height * (1 - middle));
    add(first + 1, height * middle);
    return;
  }
  // What lies right of the edge in each column; the differences from column to column are kept.
  const width = right - left;
  let before = 0;
  for (let column = first; column < last; column += 1) {
    const [from, to] = [max(left, column) - left, min(right, column + 1) - left];
    const share = (from + to) / 2 / width;
    const inside = ((to - from) * share + (column + 1 - left - to)) * height;
    add(column, inside - before);
    before = inside;
  }
  add(last, height - before);
}
