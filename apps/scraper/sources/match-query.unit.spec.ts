import { describe, expect, it } from '@jest/globals';
import { fold, matchesQuery } from './match-query.js';
import type { Posting } from './posting.js';

const POSTING = {
  title: 'Softwareentwickler C++ (m/w/d)',
  company: 'Südring',
  locations: ['München, DE'],
  remote: false,
  descriptionHtml: '<p>Wir nutzen <b>.NET</b>, R&amp;D und Node.js</p>',
  tags: ['Maschinelles Lernen'],
} as unknown as Posting;
const matches = (keywords: string[], location?: string, posting: object = {}) =>
  matchesQuery({ ...POSTING, ...posting }, { keywords, location });

describe('a query', () => {
  it.each(['softwareentwickler', 'Software', 'node.js', '.net', 'c++', 'suedring', 'lernen software', 'R'])(
    'finds by %s',
    (keyword) => {
      expect(matches([keyword])).toBe(true);
    },
  );

  it.each(['entwickler', 'java', 'software java', 'ma', 'p'])('does not find by %s', (keyword) => {
    expect(matches([keyword])).toBe(false);
  });

  it('finds when one of its keywords does', () => {
    expect(matches(['java', 'node.js'])).toBe(true);
  });

  it('finds everything without keywords', () => {
    expect(matches([])).toBe(true);
  });

  it.each(['München', 'muenchen', 'MUNICH', 'Münch', ' '])('finds in %s', (location) => {
    expect(matches([], location)).toBe(true);
  });

  it('does not find elsewhere', () => {
    expect(matches([], 'Köln')).toBe(false);
  });

  it('takes remote for a place', () => {
    expect(matches([], 'Home Office')).toBe(false);
    expect(matches([], 'remote', { remote: true })).toBe(true);
  });

  it('folds umlauts and their spellings to the same', () => {
    expect(fold('Köln Straße Müller')).toBe(fold('Koeln Strasse Mueller'));
  });
});
