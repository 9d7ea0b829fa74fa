import type { RequirementDto } from '#libs/contracts';
import { headOf } from './clean-text.js';
import { findSkills } from './find-skills.js';
import { sectionOf, withoutBullet } from './headings.js';
import type { Section } from './headings.js';

const MOST = 60;
const LONGEST = 400;
const FEWEST_LETTERS = 3;

/** Words that make a wish of what would be a condition. */
const NICE =
  /\b(?:wünschenswert\w*|von vorteil|vorteilhaft|idealerweise|gerne auch|gern auch|optional|kein muss|pluspunkt\w*|nice to have|is a plus|are a plus|a plus|bonus|preferred|ideally|desirable|advantage|would be great)(?!\p{L})/iu;
/** Words by which a sentence outside such a section asks for something all the same. */
const ASKS =
  /(?<!\p{L})(?:erfahrung(?:en)? (?:mit|in|im)|kenntnisse(?:n)? (?:in|im|von|der)|vertraut mit|setzen wir voraus|(?:ist|sind) voraussetzung|erforderlich|abgeschlossene\w* (?:studium|ausbildung|berufsausbildung)|experience (?:with|in|using)|knowledge of|proficien\w+ (?:in|with)|familiar\w* with|skilled in|(?:is|are) required|must have|fluen\w+ in)(?!\p{L})/iu;

/** Finds what a posting asks for: the lines of the sections that say so, and sentences elsewhere that name a skill. */
export function findRequirements(text: string): RequirementDto[] {
  const found = new Map<string, RequirementDto>();
  let section: Section = 'other';
  for (const raw of text.split('\n')) {
    if (found.size >= MOST) break;
    const heading = sectionOf(raw);
    if (heading) section = heading;
    else
      for (const line of section === 'other' ? sentencesOf(raw) : [withoutBullet(raw)]) {
        const requirement = read(line, section);
        if (requirement && !found.has(requirement.text)) found.set(requirement.text, requirement);
      }
  }
  return [...found.values()].slice(0, MOST);
}

const sentencesOf = (line: string): string[] => withoutBullet(line).split(/(?<=[.!?;]) /);

function read(line: string, section: Section): RequirementDto | null {
  const inSection = section !== 'other';
  // Only short lines meet the patterns below: a line of a megabyte would keep them busy.
  if (line.length < FEWEST_LETTERS || (!inSection && (line.length > LONGEST || !ASKS.test(line))))
    return null;
  const skills = findSkills(line);
  if (!inSection && skills.length === 0) return null;
  const text = line.length > LONGEST ? `${headOf(line, LONGEST - 1)}…` : line;
  return { text, kind: section === 'nice' || NICE.test(text) ? 'nice' : 'must', skills };
}
