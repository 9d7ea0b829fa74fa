import { SKILLS, SPOKEN } from './data/skills.js';

/** A word of a text as skills are looked up by it, and as it stands there. */
export interface Word {
  readonly key: string;
  readonly written: string;
}

export interface SkillName {
  readonly skill: string;
  /** How it must be written, letter by letter; null where its case says nothing. */
  readonly exactly: string | null;
  /** Also a common word: counts only beside another skill. */
  readonly common: boolean;
}

/** A tree of words: what a name that ends here means, and how names go on. */
export interface NameTree {
  readonly next: Map<string, NameTree>;
  name: SkillName | null;
}

const IDEOGRAM = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]`;
const DENSE = new RegExp(IDEOGRAM, 'u');
const WORD = /\.?[\p{L}\p{N}][\p{L}\p{M}\p{N}+#.'’]*/gu;
// These scripts set no blanks, so each of their characters is a word of its own.
const DENSE_WORD = new RegExp(
  String.raw`${IDEOGRAM}|\.?[\p{L}\p{N}](?:(?!${IDEOGRAM})[\p{L}\p{M}\p{N}+#.'’])*`,
  'gu',
);

/** Splits a text into the words that skills are made of: `C++`, `.NET` and `Node.js` are one each. */
export function wordsOf(text: string): Word[] {
  const found = text.match(DENSE.test(text) ? DENSE_WORD : WORD) ?? [];
  return found.map((match) => {
    const written = match.replace(/[.'’]+$/, '');
    return { key: written.toLowerCase(), written };
  });
}

function add(tree: NameTree, entry: string): void {
  const [skill = '', others = ''] = entry.split('=').map((part) => part.trim());
  const aliases = others.split(',').flatMap((alias) => alias.trim() || []);
  // A name that is listed with a sign is not one without it.
  const signed = new Map(
    aliases.flatMap((alias) => (/^[!^]/.test(alias) ? [[alias.slice(1), alias[0]] as const] : [])),
  );
  const names = new Set([skill, ...aliases.map((alias) => alias.replace(/^[!^]/, ''))]);
  for (const written of names) {
    let node = tree;
    for (const { key } of wordsOf(written)) {
      const next: NameTree = node.next.get(key) ?? { next: new Map(), name: null };
      node.next.set(key, next);
      node = next;
    }
    const sign = signed.get(written);
    node.name ??= { skill, exactly: sign === undefined ? null : written, common: sign === '!' };
  }
}

function readSkills(): NameTree {
  const tree: NameTree = { next: new Map(), name: null };
  for (const line of [...Object.values(SPOKEN), ...SKILLS])
    for (const entry of line.split(';')) add(tree, entry.trim());
  return tree;
}

/** Every name of a skill, as a tree of words. */
export const SKILL_NAMES = readSkills();

/** What a spoken language is called as a skill, by its BCP 47 code. */
export const SPOKEN_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(SPOKEN).map(([code, line]) => [code, (line.split('=')[0] ?? '').trim()]),
);
