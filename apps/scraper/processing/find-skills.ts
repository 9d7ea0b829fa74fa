import { SKILL_NAMES, wordsOf } from './skill-names.js';
import type { NameTree, SkillName, Word } from './skill-names.js';

interface Found {
  readonly name: SkillName;
  readonly words: number;
}

/**
 * Finds the skills that a text names, by their usual names, each once and in the order of the text. The longest name
 * counts: `React Native` is not React. Linear in the length of the text.
 */
export function findSkills(text: string): string[] {
  const skills = new Set<string>();
  for (const line of text.split('\n')) for (const skill of skillsOfLine(line)) skills.add(skill);
  return [...skills];
}

function skillsOfLine(line: string): string[] {
  const words = wordsOf(line);
  const found: SkillName[] = [];
  for (let at = 0; at < words.length;) {
    const longest = longestAt(words, at);
    if (longest) found.push(longest.name);
    at += longest?.words ?? 1;
  }
  const sure = found.some(({ common }) => !common);
  return found.flatMap(({ skill, common }) => (common && !sure ? [] : [skill]));
}

function longestAt(words: readonly Word[], at: number): Found | null {
  let node: NameTree | undefined = SKILL_NAMES;
  let best: Found | null = null;
  for (let end = at; end < words.length; end += 1) {
    node = node.next.get(words[end]?.key ?? '');
    if (!node) break;
    if (node.name && isMeant(node.name, words.slice(at, end + 1)))
      best = { name: node.name, words: end + 1 - at };
  }
  return best;
}

const isMeant = ({ exactly }: SkillName, words: readonly Word[]): boolean =>
  exactly === null || words.map(({ written }) => written).join(' ') === exactly;
