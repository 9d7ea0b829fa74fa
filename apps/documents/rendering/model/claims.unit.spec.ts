import { describe, expect, it } from '@jest/globals';
import { JOB, RESUME } from '../../documents.fixtures.js';
import { claimsOf, unsourcedClaims } from './claims.js';
import { cvModel } from './cv-model.js';
import type { DocumentModel, Part } from './document-model.js';
import { letterModel } from './letter-model.js';

const GROUND = { resume: RESUME, job: JOB };
const OPTIONS = { ...GROUND, writtenOn: '2026-11-21' } as const;

/** A CV whose label is made of these parts. */
function cvSaying(...parts: readonly Part[]): DocumentModel {
  const label = { text: parts.map(({ text }) => text).join(''), parts };
  return { ...cvModel({ ...OPTIONS, language: 'en' }), label };
}

describe('a document', () => {
  it.each(['en', 'de'] as const)('made of the profile holds no claim without source (%s)', (language) => {
    for (const make of [cvModel, letterModel]) {
      const model = make({ ...OPTIONS, language });
      expect(unsourcedClaims(model, GROUND)).toEqual([]);
      expect(claimsOf(model).every(({ sources }) => sources.length > 0)).toBe(true);
    }
  });

  it.each<[string, Part, RegExp]>([
    ['no source', { from: 'wording', text: 'Led 90 people' }, /^states what has no source in the profile$/],
    [
      'a source that says something else',
      { from: 'profile', text: 'Chief Engineer', path: 'basics.label', as: 'text' },
      /^is not what the profile holds at basics\.label$/,
    ],
    [
      'a source that is not there',
      { from: 'profile', text: 'Engineer', path: 'work[9].position', as: 'text' },
      /^is not what the profile holds at work\[9\]\.position$/,
    ],
    [
      'a source in the workings of the language',
      { from: 'profile', text: 'Object', path: 'constructor.name', as: 'text' },
      /^is not what the profile holds at constructor\.name$/,
    ],
    [
      'words put into the posting’s mouth',
      { from: 'job', text: 'CEO', field: 'title' },
      /^is not the posting's title$/,
    ],
    ['another day', { from: 'date', text: '1 January 2020' }, /^is not the day/],
    [
      'own words without source',
      { from: 'person', text: 'I led people', paths: [] },
      /name the paths that it comes from$/,
    ],
    [
      'own words with an empty source',
      { from: 'person', text: 'I led people', paths: ['volunteer'] },
      /^names volunteer as its source, where the profile holds nothing$/,
    ],
    [
      'own words with a number that nobody named',
      { from: 'person', text: 'I cut costs by 60 %', paths: ['work[1].highlights[0]'] },
      /^names 60, which stands neither at its sources nor in the posting$/,
    ],
  ])('with %s is found out', (_what, part, message) => {
    const { text } = part;
    expect(unsourcedClaims(cvSaying(part), GROUND)).toEqual([
      { field: 'label', value: text, message: expect.stringMatching(message) },
    ]);
  });

  it('whose line says more than its parts is found out', () => {
    const model = { ...cvSaying(), label: { text: 'Chief Engineer', parts: [] } };
    expect(unsourcedClaims(model, GROUND)).toEqual([expect.objectContaining({ field: 'label' })]);
  });

  it('may hold the person’s own words where they name what they come from', () => {
    const paragraphs = [{ text: 'I cut costs by 40 %.', sources: ['work[1].highlights[0]'] }];
    const model = letterModel({ ...OPTIONS, language: 'en', paragraphs });
    expect(unsourcedClaims(model, GROUND)).toEqual([]);
    expect(claimsOf(model)).toContainEqual(paragraphs[0]);
    expect(model.letter?.blocks).toHaveLength(3);
  });
});

describe('what bears on the job', () => {
  it('comes first: skills by whole words, highlights by how much of them it asks for', () => {
    const cv = cvModel({ ...OPTIONS, language: 'en' });
    const [first] = cv.sections.find(({ id }) => id === 'skills')?.entries ?? [];
    expect(first?.title?.text).toBe('Programmieren (sehr gut)');
    expect(first?.paragraphs.map(({ text }) => text)).toEqual(['TypeScript, MongoDB, Java']);
    const { letter } = letterModel({ ...OPTIONS, language: 'en' });
    const highlights = letter?.blocks.flatMap(({ bullets }) => bullets.map(({ text }) => text));
    expect(highlights?.[0]).toBe('Baute Datenflüsse mit TypeScript und MongoDB');
    expect(letter?.blocks.at(-2)?.paragraph.text).toBe(
      'Of what you are looking for, I bring TypeScript, MongoDB.',
    );
  });
});
