import { describe, expect, it } from '@jest/globals';
import { PreferencesDto } from '#libs/contracts';
import { jobText, profileText } from './scoring-texts.js';
import { cosine, scoreOf } from './similarity.js';

const RESUME = {
  basics: {
    name: 'K. Sommer',
    label: 'Backend Engineer',
    email: 'k.sommer@example.org',
    phone: '+49 441 123456',
    location: { address: 'Am Moor 1', city: 'Oldenburg' },
    profiles: [{ network: 'Fedi', username: 'ksommer', url: 'https://example.org/@ksommer' }],
  },
  work: [
    {
      name: 'Lindwerk',
      position: 'Engineer',
      startDate: '2020-01',
      highlights: ['Built data pipelines', 'Built data pipelines'],
    },
  ],
  skills: [{ name: 'Backend', keywords: ['TypeScript'] }],
  references: [{ name: 'L. Berg', reference: 'A pleasure' }],
};
const profile = (resume: Record<string, unknown> = RESUME) => ({
  userId: 'kim',
  version: 1,
  resume,
  preferences: Object.assign(new PreferencesDto(), { titlesWanted: ['Platform Engineer'] }),
  standingRule: null,
  updatedAt: new Date(0).toISOString(),
});

describe('what a model is given', () => {
  it('of a profile is what the person wants, can and did, each line with its path and once', () => {
    expect(profileText(profile())).toEqual({
      of: 'profile',
      fields: [
        'preferences.titlesWanted[0]',
        'skills[0].name',
        'skills[0].keywords[0]',
        'work[0].position',
        'work[0].highlights[0]',
        'basics.label',
      ],
      text: 'Platform Engineer\nBackend\nTypeScript\nEngineer\nBuilt data pipelines\nBackend Engineer',
    });
  });

  it('names nobody, and says of nobody where they live, who employs them or how they are reached', () => {
    const { text } = profileText(profile());
    expect(text).not.toMatch(/Sommer|example|441|Am Moor|Oldenburg|Lindwerk|Berg|2020/);
  });

  it('is never longer than models read', () => {
    const highlights = Array.from({ length: 500 }, (_, at) => `Did thing ${at} ${'x'.repeat(100)}`);
    const { text, fields } = profileText(profile({ work: [{ highlights }] }));
    expect(text.length).toBeLessThanOrEqual(6_000);
    expect(fields).toHaveLength(text.split('\n').length);
    const job = jobText({ title: 'Cook', description: '🍲'.repeat(10_000) });
    expect(job.text.length).toBeLessThanOrEqual(6_000);
    expect(job.text).not.toMatch(/[\ud800-\udbff]$/);
  });

  it('is nothing for an empty profile', () => {
    const empty = { ...profile({}), preferences: new PreferencesDto() };
    expect(profileText(empty)).toEqual({ of: 'profile', fields: [], text: '' });
  });
});

describe('likeness', () => {
  it('is the cosine, and nothing where a vector says nothing', () => {
    expect(cosine([1, 0], [2, 0])).toBeCloseTo(1);
    expect(cosine([1, 0], [0, 3])).toBe(0);
    expect(cosine([0, 0], [1, 1])).toBe(0);
  });

  it.each([
    [0.1, 0],
    [0.2, 0],
    [0.45, 0.5],
    [0.7, 1],
    [0.9, 1],
    [-0.5, 0],
  ])('of %d between 0.2 and 0.7 scores %d', (similarity, score) => {
    expect(scoreOf(similarity, { low: 0.2, high: 0.7 })).toBeCloseTo(score);
  });
});
