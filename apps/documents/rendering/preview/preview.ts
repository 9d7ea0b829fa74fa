import { Canvas, type Colour } from './canvas.js';
import { type Matrix, ringsOf, strokeOf, times } from './outline.js';
import { encodePng } from './png.js';

/** Pixels for each point: 150 to the inch. */
const SCALE = 150 / 72;
const MOST_PIXELS = 5_000;

/**
 * Paints the first page of a drawing by Typst as PNG. Such a drawing holds outlines, lines and groups of them, and
 * nothing else of SVG is read: pictures and gradients of a template are left out. `pages` lie below each other.
 */
export function toPng(svg: string, pages: number): Buffer {
  const [, width = '0', height = '0'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const canvas = new Canvas(pixelsOf(Number(width)), pixelsOf(Number(height) / pages));
  const symbols = new Map<string, string>();
  for (const [, id = '', path = ''] of svg.matchAll(/<symbol id="([^"]+)"[^>]*>\s*<path d="([^"]*)"/g))
    symbols.set(id, path);
  const groups: Matrix[] = [[SCALE, 0, 0, SCALE, 0, 0]];
  const [drawn = ''] = svg.split('<defs');
  let begun = 0;
  for (const [, closing, tag = '', text = '', alone] of drawn.matchAll(/<(\/?)([\w-]+)([^>]*?)(\/?)>/g)) {
    const group = tag === 'g' || tag === 'a';
    if (closing === '/') {
      if (group) groups.pop();
      continue;
    }
    const matrix = groups.at(-1) ?? [1, 0, 0, 1, 0, 0];
    // Each page begins with its paper, and that of the second is drawn over the first.
    if (tag === 'path' && groups.length === 1) begun += 1;
    if (begun > 1) break;
    const attribute = attributesOf(text);
    if (group && alone !== '/') groups.push(times(matrix, matrixOf(attribute('transform'))));
    if (tag === 'path') paint(canvas, attribute('d') ?? '', matrix, attribute);
    if (tag === 'use') {
      const place: Matrix = [1, 0, 0, 1, Number(attribute('x') ?? 0), Number(attribute('y') ?? 0)];
      const path = symbols.get(attribute('xlink:href')?.slice(1) ?? '') ?? '';
      paint(canvas, path, times(matrix, place), attribute);
    }
  }
  return encodePng(canvas);
}

type Attribute = (name: string) => string | undefined;

function paint(canvas: Canvas, path: string, matrix: Matrix, attribute: Attribute): void {
  const own = times(matrix, matrixOf(attribute('transform')));
  const rings = ringsOf(path, own);
  const inside = colourOf(attribute('fill'));
  if (inside !== null) canvas.fill(rings, inside);
  const around = colourOf(attribute('stroke'));
  const width =
    Number(attribute('stroke-width') ?? 1) * Math.sqrt(Math.abs(own[0] * own[3] - own[1] * own[2]));
  if (around !== null)
    for (const box of rings.flatMap((ring) => strokeOf(ring, width))) canvas.fill([box], around);
}

function attributesOf(text: string): Attribute {
  const found = new Map(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  return (name) => found.get(name);
}

function matrixOf(transform: string | undefined): Matrix {
  const [name, ...numbers] = (transform ?? '').match(/[a-z]+|-?[\d.]+(?:e-?\d+)?/gi) ?? [];
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = numbers.map(Number);
  if (name === 'matrix') return [a, b, c, d, e, f];
  return name === 'translate' ? [1, 0, 0, 1, a, b] : [1, 0, 0, 1, 0, 0];
}

function colourOf(value: string | undefined): Colour | null {
  const [, red, green, blue] = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})/i.exec(value ?? '') ?? [];
  if (red === undefined || green === undefined || blue === undefined) return null;
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)];
}

function pixelsOf(points: number): number {
  return Math.max(1, Math.min(MOST_PIXELS, Math.round(points * SCALE)));
}
