import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PreferencesDto, STANDARD_WEIGHTS } from '#libs/contracts';
import type { MatchWeights, ProfileDto } from '#libs/contracts';
import type { Candidate } from './candidate.js';
import { personOf } from './person.js';
import { scoreJob } from './score-job.js';

const NOW = new Date('2026-11-21T12:00:00Z');
const RESUME = {
  basics: { name: 'K. Sommer', label: 'Backend Engineer' },
  skills: [{ name: 'Backend', keywords: ['TypeScript', 'PostgreSQL'] }],
  languages: [{ language: 'German', fluency: 'native' }],
  work: [
    {
      name: 'Python Haus GmbH',
      position: 'Software Engineer',
      highlights: ['Built data pipelines with Kafka', 'Planned shift schedules for twelve nurses'],
    },
  ],
};
const profile = (
  preferences: Partial<PreferencesDto> = {},
  resume: Record<string, unknown> = RESUME,
): ProfileDto => ({
  userId: 'kim',
  version: 3,
  resume,
  preferences: Object.assign(new PreferencesDto(), preferences),
  standingRule: null,
  updatedAt: NOW.toISOString(),
});

const must = (text: string, ...skills: string[]) => ({ text, kind: 'must' as const, skills });
const nice = (text: string, ...skills: string[]) => ({ text, kind: 'nice' as const, skills });
const job = (said: Partial<Candidate> = {}, reading: Partial<Candidate['reading']> = {}): Candidate => ({
  jobId: 'job_1',
  title: 'Backend Engineer (m/w/d)',
  company: 'Moorblick GmbH',
  remote: null,
  validThrough: null,
  status: 'new',
  canonicalJobId: 'job_1',
  ...said,
  reading: {
    language: 'en',
    places: [{ city: 'Oldenburg', region: 'Niedersachsen', country: 'DE' }],
    salary: { min: 60_000, max: 80_000, currency: 'EUR' },
    employmentTypes: ['FULL_TIME'],
    skills: ['TypeScript', 'Rust'],
    requirements: [must('Solid TypeScript', 'TypeScript'), must('Some Rust', 'Rust')],
    agency: false,
    ...reading,
  },
});
const scored = (
  candidate: Candidate,
  preferences: Partial<PreferencesDto> = {},
  weights: Partial<MatchWeights> = {},
) => scoreJob(candidate, personOf(profile(preferences)), { ...STANDARD_WEIGHTS, ...weights }, NOW);

describe('the explanation of a score', () => {
  it('names the line of the profile that meets a requirement, and what is missing', () => {
    expect(scored(job())).toMatchObject({
      met: [
        {
          requirement: 'Solid TypeScript',
          skill: 'TypeScript',
          by: { path: 'skills[0].keywords[0]', text: 'TypeScript' },
          weight: 1,
        },
      ],
      missing: [{ requirement: 'Some Rust', kind: 'must', skills: ['Rust'] }],
      parts: { skills: { score: 0.5, weight: 5 } },
      profileVersion: 3,
    });
  });

  it('takes one of several where the posting leaves the choice', () => {
    const { met, missing } = scored(
      job({}, { requirements: [must('NATS, Kafka or another log', 'NATS', 'Apache Kafka')] }),
    );
    expect(met).toMatchObject([{ skill: 'Apache Kafka', by: { path: 'work[0].highlights[0]' } }]);
    expect(missing).toEqual([]);
  });

  it('finds a line that says the same without naming a skill, and leaves the rest to a person', () => {
    const requirements = [must('Planned shift schedules for nurses'), must('Rückgrat und Ruhe')];
    expect(scored(job({}, { requirements, skills: [] }))).toMatchObject({
      met: [{ skill: null, by: { path: 'work[0].highlights[1]' } }],
      missing: [],
      unjudged: ['Rückgrat und Ruhe'],
      parts: { skills: { score: 1 } },
    });
  });

  it("takes no employer's name for a skill", () => {
    const { missing } = scored(job({}, { requirements: [must('Python', 'Python')] }));
    expect(missing).toMatchObject([{ skills: ['Python'] }]);
  });

  it('counts wishes for less than conditions', () => {
    const requirements = [must('TypeScript', 'TypeScript'), nice('Rust', 'Rust')];
    expect(scored(job({}, { requirements })).parts.skills.score).toBeCloseTo(1 / 1.4, 3);
  });

  it('gives half for a posting of which nothing is known', () => {
    expect(scored(job({}, { requirements: [], skills: [] })).parts.skills).toMatchObject({ score: 0.5 });
  });
});

describe('a score', () => {
  it('is one where everything is met', () => {
    const requirements = [must('TypeScript und PostgreSQL', 'TypeScript', 'PostgreSQL')];
    const wishes = { titlesWanted: ['Backend Engineer'], places: ['Oldenburg'], languages: ['en'] };
    expect(
      scored(job({}, { requirements }), { ...wishes, salary: { min: 70_000, currency: 'EUR' } }).score,
    ).toBe(1);
  });

  it('leaves out what there is nothing to go by', () => {
    const { parts } = scored(job({}, { salary: null }), { salary: { min: 70_000, currency: 'EUR' } });
    expect(parts.salary).toEqual({ score: null, weight: 1, why: 'the posting names no salary' });
    expect(parts.place.score).toBeNull();
  });

  it('follows its weights', () => {
    const only = { skills: 1, title: 0, place: 0, salary: 0, language: 0 };
    expect(scored(job(), {}, only).score).toBe(0.5);
    expect(scored(job(), {}, { ...only, skills: 0 }).score).toBe(0);
  });

  it.each([
    ['Oldenburg', 1],
    ['Lower Saxony', 1],
    ['Germany', 1],
    ['Kiel', 0],
    ['Austria', 0],
  ])('for the place %s is %d', (place, score) => {
    expect(scored(job(), { places: [place] }).parts.place.score).toBe(score);
  });

  it('falls with the distance from the wished salary', () => {
    const wish = (min: number) => scored(job(), { salary: { min, currency: 'EUR' } }).parts.salary.score;
    expect([wish(80_000), wish(88_000), wish(110_000)]).toEqual([1, expect.closeTo(0.5455, 3), 0]);
  });

  it('of an empty profile is low, and no error', () => {
    const person = personOf(profile({}, {}));
    expect(scoreJob(job(), person, STANDARD_WEIGHTS, NOW)).toMatchObject({ score: 0, met: [] });
  });
});

describe('a job is excluded', () => {
  const cases: [string, Partial<Candidate>, Partial<Candidate['reading']>, Partial<PreferencesDto>][] = [
    ['unwanted-title', { title: 'Senior Backend Engineer' }, {}, { titlesUnwanted: ['senior'] }],
    ['blocked-employer', { company: 'MOORBLICK' }, {}, { blockedEmployers: ['Moorblick GmbH & Co. KG'] }],
    ['not-remote', { remote: null }, {}, { remote: 'only' }],
    ['remote', { remote: true }, {}, { remote: 'no' }],
    ['language', {}, { language: 'fr' }, { languages: ['German', 'en-GB'] }],
    ['expired', { validThrough: new Date('2026-11-20T00:00:00Z') }, {}, {}],
    ['merged', { canonicalJobId: 'job_2' }, {}, {}],
    ['settled', { status: 'applied' }, {}, {}],
  ];

  it.each(cases)('for %s', (why, said, reading, preferences) => {
    expect(scored(job(said, reading), preferences).excluded).toMatchObject({ why });
  });

  it('for no part of a word, and not for what is not said', () => {
    const preferences = {
      titlesUnwanted: ['end', ' '],
      blockedEmployers: ['GmbH', 'Moor'],
      languages: ['de'],
    };
    expect(scored(job({}, { language: null }), preferences).excluded).toBeNull();
    expect(scored(job({ company: '' }, { language: 'de' }), preferences).excluded).toBeNull();
  });
});

const SKILLS = ['TypeScript', 'Rust', 'Python', 'PostgreSQL', 'Docker', 'German', 'Apache Kafka', 'Excel'];

describe('any job', () => {
  const requirement = fc.record({
    text: fc.string(),
    kind: fc.constantFrom('must' as const, 'nice' as const),
    skills: fc.subarray(SKILLS),
  });

  it('gets a score from 0 to 1, and the same each time', () => {
    const person = personOf(profile({ titlesWanted: ['Backend'], places: ['Kiel'], remote: 'preferred' }));
    fc.assert(
      fc.property(fc.array(requirement), fc.string(), fc.subarray(SKILLS), (requirements, title, skills) => {
        const candidate = job({ title }, { requirements, skills });
        const answer = scoreJob(candidate, person, STANDARD_WEIGHTS, NOW);
        expect(answer.score).toBeGreaterThanOrEqual(0);
        expect(answer.score).toBeLessThanOrEqual(1);
        expect(scoreJob(candidate, person, STANDARD_WEIGHTS, NOW)).toEqual(answer);
      }),
    );
  });

  it('is one of ten thousand that are scored in seconds', () => {
    const person = personOf(profile({ titlesWanted: ['Backend Engineer'], places: ['Kiel', 'Germany'] }));
    const jobs = Array.from({ length: 10_000 }, (_, n) => {
      const requirements = Array.from({ length: 8 }, (_none, k) =>
        must(
          `Requirement ${n % 97} of ${SKILLS[(n + k) % 8] ?? ''} or a similar thing`,
          SKILLS[(n + k) % 8] ?? '',
        ),
      );
      return job(
        { jobId: `job_${n}` },
        { requirements: [...requirements, must('Freude an guter Arbeit im Team')] },
      );
    });
    const began = performance.now();
    for (const candidate of jobs) scoreJob(candidate, person, STANDARD_WEIGHTS, NOW);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
