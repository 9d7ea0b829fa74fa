import type { TypstCompiler } from './typst-compiler.js';

/**
 * Not held by the fonts that come along for sure, which have Latin, Greek, Cyrillic and what stands around them; nor
 * shown only together with others, or not at all.
 */
const DOUBTFUL =
  /[^\u0020-\u024F\u0370-\u0373\u0376\u0377\u037E-\u03FF\u0400-\u045F\u2010-\u2026\u20AC\p{Mark}\p{Separator}\p{Control}\p{Format}]/gu;
/** For private use, so no font has it: its glyph is the box that stands for a missing one. */
const NOBODYS = '\u{10FFFD}';
/** Each character in a line of its own, so that the drawing's glyphs stand in their order. */
const ONE_BY_ONE = `
#set page(width: auto, height: auto)
#set text(font: ("Libertinus Serif", "New Computer Modern"), ligatures: false)
#for character in json(bytes(sys.inputs.data)) { block(character) }
`;

/** Finds characters that no font at hand can show. */
export class GlyphCheck {
  private readonly shown = new Map<string, boolean>();

  constructor(private readonly typst: TypstCompiler) {}

  /** Each of them once, in the order of the texts. */
  async missing(texts: readonly string[]): Promise<string[]> {
    const doubtful = [...new Set(texts.flatMap((text) => text.match(DOUBTFUL) ?? []))];
    await this.look(doubtful.filter((character) => !this.shown.has(character)));
    return doubtful.filter((character) => this.shown.get(character) === false);
  }

  private async look(characters: readonly string[]): Promise<void> {
    if (characters.length === 0) return;
    const svg = await this.typst.svgOf(ONE_BY_ONE, [NOBODYS, ...characters]);
    const [box, ...glyphs] = [...svg.matchAll(/<use xlink:href="(#[^"]+)"/g)].map(([, id]) => id);
    // One glyph a character, else they cannot be told apart and each is looked at alone.
    if (glyphs.length === characters.length)
      characters.forEach((character, index) => this.shown.set(character, glyphs[index] !== box));
    else if (characters.length === 1)
      this.shown.set(characters[0] ?? '', glyphs.length > 0 && !glyphs.includes(box));
    else for (const character of characters) await this.look([character]);
  }
}
