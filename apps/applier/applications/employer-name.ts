/** Legal forms and the like, which one posting names and the next one does not. */
const FORMS = new Set(
  'gmbh mbh ag se kg kgaa ohg ug gbr ev eg co cokg inc incorporated llc ltd limited plc corp corporation company sa sas sarl srl spa bv nv ab as oy holding group gruppe haftungsbeschränkt'.split(
    ' ',
  ),
);

function wordsOf(name: string): string[] {
  const words = name
    .normalize('NFKC')
    .toLocaleLowerCase('de')
    .replace(/\be\.\s?v\./g, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const kept = words.filter((word) => !FORMS.has(word));
  return kept.length > 0 ? kept : words;
}

/** Gives what two spellings of one employer have in common; empty where the name holds no letter and no digit. */
export const employerKey = (name: string): string => wordsOf(name).join(' ');

/** Tells whether a name is that of an employer, or holds it as whole words. An empty name names nobody. */
export function namesEmployer(employer: string, name: string): boolean {
  const key = employerKey(name);
  return key !== '' && ` ${employerKey(employer)} `.includes(` ${key} `);
}
