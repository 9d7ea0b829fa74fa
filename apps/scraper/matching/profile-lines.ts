import type { ProfileLineDto } from '#libs/contracts';

/** Most telling first: what a person lists as a skill says more than what a summary mentions. */
const SECTIONS = [
  'skills',
  'languages',
  'certificates',
  'work',
  'projects',
  'education',
  'volunteer',
  'awards',
  'publications',
  'interests',
  'basics',
];
/** Fields that say something about what the person can. Names, addresses and dates do not. */
const TELLING = new Set([
  'name',
  'keywords',
  'language',
  'fluency',
  'position',
  'summary',
  'highlights',
  'description',
  'area',
  'studyType',
  'courses',
  'title',
  'label',
  'roles',
]);
const MOST_LINES = 5_000;
const LONGEST = 1_000;

/** Reads the lines of a resume that can meet a requirement, each with its path, the most telling first. */
export function profileLines(resume: Readonly<Record<string, unknown>>): ProfileLineDto[] {
  const lines: ProfileLineDto[] = [];
  for (const section of SECTIONS) walk(resume[section], section, true, lines);
  return lines.slice(0, MOST_LINES);
}

function walk(value: unknown, path: string, telling: boolean, lines: ProfileLineDto[]): void {
  if (typeof value === 'string') {
    if (telling && value.trim() !== '') lines.push({ path, text: value.slice(0, LONGEST) });
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, `${path}[${index}]`, telling, lines);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, held] of Object.entries(value)) {
      // A person's and an employer's names are no skills.
      const isName = name === 'name' && /^(?:basics|work|volunteer)/.test(path);
      walk(held, `${path}.${name}`, TELLING.has(name) && !isName, lines);
    }
  }
}
