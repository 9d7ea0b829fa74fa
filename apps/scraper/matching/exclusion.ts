import { JobStatus } from '#libs/contracts';
import type { ExclusionDto, ExclusionReason } from '#libs/contracts';
import { employerKey } from '../processing/opening-keys.js';
import { placeKey } from '../processing/place-names.js';
import type { Candidate } from './candidate.js';
import type { Person } from './person.js';

/** Says why a job is out of the question; null where it is not. The first reason counts. */
export function exclusionOf(job: Candidate, person: Person, now: Date): ExclusionDto | null {
  const { preferences, unwanted, blocked, languages } = person;
  const words = ` ${placeKey(job.title)} `;
  const title = unwanted.find((entry) => entry.words.trim() !== '' && words.includes(entry.words));
  if (title) return out('unwanted-title', `the title holds ${JSON.stringify(title.said)}, which is unwanted`);
  const employer = employerKey(job.company);
  const block = employer === '' ? undefined : blocked.get(employer);
  if (block !== undefined) return out('blocked-employer', `the employer ${JSON.stringify(block)} is blocked`);
  if (preferences.remote === 'only' && job.remote !== true)
    return out('not-remote', 'only remote work is wanted, and the posting does not say that it is');
  if (preferences.remote === 'no' && job.remote === true) return out('remote', 'remote work is not wanted');
  const { language } = job.reading;
  if (language !== null && languages.size > 0 && !languages.has(language))
    return out('language', `the posting is in ${named(language)}, which is none of the languages to work in`);
  if (job.validThrough && job.validThrough < now)
    return out('expired', `the posting was open until ${job.validThrough.toISOString().slice(0, 10)}`);
  if (job.canonicalJobId !== job.jobId)
    return out('merged', `${job.canonicalJobId} stands for it, which is the same opening`);
  if (SETTLED.has(job.status)) return out('settled', `its status is ${job.status}`);
  return null;
}

/** The person is done with it. */
const SETTLED: ReadonlySet<string> = new Set([JobStatus.applied, JobStatus.rejected, JobStatus.archived]);

const out = (why: ExclusionReason, message: string): ExclusionDto => ({ why, message });

const LANGUAGE_NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** The language's English name. */
export const named = (language: string): string => LANGUAGE_NAMES.of(language) ?? language;
