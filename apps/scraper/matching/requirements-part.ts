import type {
  MetRequirementDto,
  MissingRequirementDto,
  ProfileLineDto,
  RequirementDto,
} from '#libs/contracts';
import type { Reading } from '../processing/process-posting.js';
import type { Person } from './person.js';
import { coverage, stemsOf } from './stems.js';

export interface RequirementsMatch {
  readonly met: MetRequirementDto[];
  readonly missing: MissingRequirementDto[];
  readonly unjudged: string[];
  readonly score: number;
  readonly why: string;
}

const MUST = 1;
const NICE = 0.4;
/** Of a posting that names skills without asking for them. */
const NAMED = 0.5;
/** A posting of which nothing is known is neither good nor bad. */
const NOTHING_KNOWN = 0.5;
/** A line of the profile says what a requirement does when it holds so much of its words. */
const SAYS_THE_SAME = 0.75;
const FEWEST_WORDS = 2;
const ONE_OF =
  /(?<![\p{L}\p{N}])(?:oder|or|bzw|beziehungsweise|e\.g\.|z\. ?b\.|wie|such as|similar|another)(?![\p{L}\p{N}])|[/]/iu;

/** Matches what a posting asks for with the lines of a profile. */
export function matchRequirements(
  { requirements, skills }: Pick<Reading, 'requirements' | 'skills'>,
  person: Person,
): RequirementsMatch {
  const met: MetRequirementDto[] = [];
  const missing: MissingRequirementDto[] = [];
  const unjudged: string[] = [];
  let [got, wanted] = [0, 0];
  for (const requirement of asked(requirements, skills)) {
    const share = judge(requirement, person, met, missing);
    if (share === null) unjudged.push(requirement.text);
    else {
      got += share * requirement.weight;
      wanted += requirement.weight;
    }
  }
  if (wanted === 0)
    return {
      met,
      missing,
      unjudged,
      score: NOTHING_KNOWN,
      why: 'the posting names no skill that the rules know',
    };
  const why = `${met.length} met, ${missing.length} missing in whole or in part, ${unjudged.length} for a person to judge`;
  return { met, missing, unjudged, score: got / wanted, why };
}

interface Weighted extends RequirementDto {
  readonly weight: number;
}

function asked(requirements: readonly RequirementDto[], skills: readonly string[]): Weighted[] {
  const weighted = requirements.map((requirement) => ({
    ...requirement,
    weight: requirement.kind === 'must' ? MUST : NICE,
  }));
  if (requirements.some((requirement) => requirement.skills.length > 0)) return weighted;
  const named = skills.map((skill) => ({
    text: skill,
    kind: 'nice' as const,
    skills: [skill],
    weight: NAMED,
  }));
  return [...weighted, ...named];
}

/** How much of a requirement is met, from 0 to 1; null where the rules cannot tell. */
function judge(
  { text, kind, skills, weight }: Weighted,
  person: Person,
  met: MetRequirementDto[],
  missing: MissingRequirementDto[],
): number | null {
  if (skills.length === 0) {
    const line = sayingTheSame(text, person);
    if (!line) return null;
    met.push({ requirement: text, kind, skill: null, by: line, weight });
    return 1;
  }
  const known = skills.flatMap((skill) => {
    const by = person.skills.get(skill);
    return by ? [{ skill, by }] : [];
  });
  const enough = known.length > 0 && ONE_OF.test(text);
  const needed = enough ? known.length : skills.length;
  for (const { skill, by } of known)
    met.push({ requirement: text, kind, skill, by, weight: weight / needed });
  const lacking = enough ? [] : skills.filter((skill) => !person.skills.has(skill));
  if (lacking.length > 0) missing.push({ requirement: text, kind, skills: lacking });
  return known.length / needed;
}

function sayingTheSame(text: string, { lines }: Person): ProfileLineDto | null {
  const stems = stemsOf(text);
  if (stems.size < FEWEST_WORDS) return null;
  return lines.find((line) => coverage(stems, line.stems) >= SAYS_THE_SAME)?.line ?? null;
}
