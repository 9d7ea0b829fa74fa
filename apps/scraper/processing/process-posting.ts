import type { PlaceDto, RequirementDto, YearlySalaryDto } from '#libs/contracts';
import { employmentTypes } from '../sources/employment-type.js';
import type { Salary } from '../sources/posting.js';
import { isAgency } from './agency.js';
import { cleanText } from './clean-text.js';
import { detectLanguage, primaryLanguage } from './detect-language.js';
import { findSkills } from './find-skills.js';
import { normalisePlaces } from './normalise-places.js';
import { addressKey, cityKeys, employerKey, meetingKeys, titleKey } from './opening-keys.js';
import { findRequirements } from './requirements.js';
import { salaryInText } from './salary-in-text.js';
import { yearlySalary } from './yearly-salary.js';

/** Rises whenever the rules would make something else of a posting. */
export const RULES_VERSION = 2;

export interface RawPosting {
  readonly title: string;
  readonly company: string;
  readonly locations: readonly string[];
  /** Plain text. */
  readonly description: string;
  readonly salary: Salary | null;
  readonly employmentTypes: readonly string[];
  readonly language: string | null;
  readonly tags: readonly string[];
  readonly url: string | null;
  readonly applyUrl: string | null;
}

/** What a posting says, in terms that can be compared. */
export interface Reading {
  readonly language: string | null;
  readonly places: readonly PlaceDto[];
  readonly salary: YearlySalaryDto | null;
  readonly employmentTypes: readonly string[];
  readonly skills: readonly string[];
  readonly requirements: readonly RequirementDto[];
  readonly agency: boolean;
  /** Keys under which it meets postings of the same opening. */
  readonly keys: readonly string[];
}

const MOST_SKILLS = 100;

/** Reads one posting. The same posting gives the same reading. */
export function processPosting(posting: RawPosting): Reading {
  const { title, company, locations, salary, tags } = posting;
  const text = cleanText(posting.description);
  const requirements = findRequirements(text);
  const places = normalisePlaces(locations);
  const skills = new Set([
    ...requirements.flatMap((requirement) => requirement.skills),
    ...findSkills([title, ...tags, text].join('\n')),
  ]);
  return {
    language: detectLanguage(`${title}\n${text}`) ?? primaryLanguage(posting.language),
    places,
    salary: yearlySalary(salary) ?? yearlySalary(salaryInText(text)),
    employmentTypes: [...new Set([...posting.employmentTypes, ...employmentTypes([title])])],
    skills: [...skills].slice(0, MOST_SKILLS),
    requirements,
    agency: isAgency(company, text),
    keys: meetingKeys(comparedBy(posting, places)),
  };
}

/** What two postings are compared by before their texts are. */
export const comparedBy = (
  { title, company, url, applyUrl }: Pick<RawPosting, 'title' | 'company' | 'url' | 'applyUrl'>,
  places: readonly PlaceDto[],
) => ({
  employer: employerKey(company),
  title: titleKey(title),
  cities: cityKeys(places),
  address: addressKey(applyUrl) ?? addressKey(url),
});
