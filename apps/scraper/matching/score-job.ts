import { MATCH_PARTS } from '#libs/contracts';
import type { ExclusionDto, MatchJobOutput, MatchPart, MatchPartDto, MatchWeights } from '#libs/contracts';
import type { Candidate } from './candidate.js';
import { exclusionOf, named } from './exclusion.js';
import type { Person } from './person.js';
import { matchRequirements } from './requirements-part.js';
import { placePart } from './place-part.js';
import { coverage, stemsOf } from './stems.js';

export interface Scored extends MatchJobOutput {
  readonly excluded: ExclusionDto | null;
}

type Judged = Omit<MatchPartDto, 'weight'>;

/**
 * Scores a job against a person, from 0 to 1, and gives every reason. Pure: the same job, person, weights and
 * instant give the same answer. A part with nothing to go by does not count. An excluded job is scored all the same.
 */
export function scoreJob(job: Candidate, person: Person, weights: MatchWeights, now: Date): Scored {
  const { met, missing, unjudged, score: skills, why } = matchRequirements(job.reading, person);
  const judged: Record<MatchPart, Judged> = {
    skills: { score: skills, why },
    title: titlePart(job, person),
    place: placePart(job, person),
    salary: salaryPart(job, person),
    language: languagePart(job, person),
  };
  const parts = Object.fromEntries(
    MATCH_PARTS.map((name) => [name, partOf(judged[name], weights[name])]),
  ) as Record<MatchPart, MatchPartDto>;
  return {
    jobId: job.jobId,
    score: scoreOf(Object.values(parts)),
    excluded: exclusionOf(job, person, now),
    met,
    missing,
    unjudged,
    parts,
    profileVersion: person.profileVersion,
  };
}

const partOf = ({ score, why }: Judged, weight: number): MatchPartDto => ({
  score: score === null ? null : rounded(score),
  weight,
  why,
});

function scoreOf(parts: readonly MatchPartDto[]): number {
  let [got, wanted] = [0, 0];
  for (const { score, weight } of parts) {
    if (score === null) continue;
    got += score * weight;
    wanted += weight;
  }
  return wanted === 0 ? 0 : rounded(got / wanted);
}

const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;

function titlePart({ title }: Candidate, { titles }: Person): Judged {
  if (titles.length === 0) return { score: null, why: 'the profile names no title' };
  const stems = stemsOf(title);
  let best = { said: '', score: -1 };
  for (const wanted of titles) {
    const score = coverage(wanted.stems, stems);
    if (score > best.score) best = { said: wanted.said, score };
  }
  const share = Math.round(best.score * 100);
  return {
    score: best.score,
    why: `${share} % of the words of ${JSON.stringify(best.said)} are in the title`,
  };
}

function salaryPart({ reading }: Candidate, { preferences }: Person): Judged {
  const [wish, pay] = [preferences.salary, reading.salary];
  if (!wish) return { score: null, why: 'the profile names no salary' };
  if (!pay) return { score: null, why: 'the posting names no salary' };
  if (pay.currency !== wish.currency)
    return { score: null, why: `the posting pays in ${pay.currency}, the wish is in ${wish.currency}` };
  const most = pay.max ?? pay.min ?? 0;
  const told = `up to ${most} ${pay.currency} a year, wished are ${wish.min}`;
  if (wish.min <= 0 || most >= wish.min) return { score: 1, why: told };
  // A fifth below the wish is nothing any more.
  return { score: Math.max(0, 1 - (wish.min - most) / (wish.min * 0.2)), why: told };
}

function languagePart({ reading: { language } }: Candidate, { languages }: Person): Judged {
  if (language === null) return { score: null, why: 'the language of the posting is unknown' };
  if (languages.size === 0) return { score: null, why: 'the profile names no language to work in' };
  return { score: languages.has(language) ? 1 : 0, why: `the posting is in ${named(language)}` };
}
