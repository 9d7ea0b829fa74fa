import { describe, expect, it } from '@jest/globals';
import { atHandOf, countryNames, splitName } from './at-hand.js';
import { letterTextOf } from './letter-text.js';
import { messageOf } from './prefill-message.js';

describe('a name', () => {
  it.each([
    ['Kim Öz', 'Kim', 'Öz'],
    ['Kim Robin Öz', 'Kim Robin', 'Öz'],
    ['Kim von der Heide', 'Kim', 'von der Heide'],
    ['Kim van Öz', 'Kim', 'van Öz'],
    ['Öz', '', 'Öz'],
    ['', '', ''],
  ])('%j is split', (name, firstName, lastName) => {
    expect(splitName(name)).toEqual({ firstName, lastName });
  });
});

describe('what is at hand', () => {
  it('is what the profile says, each link by its host', () => {
    const profiles = [
      { url: 'https://de.linkedin.com/in/kim' },
      { url: 'github.com/kim' },
      { url: 'https://notlinkedin.com/in/kim' },
    ];
    const basics = {
      name: 'Kim Öz',
      email: 'nobody',
      url: 'javascript:alert(1)',
      profiles,
      location: { countryCode: 'de' },
    };
    expect(atHandOf({ resume: { basics } }, null, [])).toEqual({
      texts: {
        name: 'Kim Öz',
        firstName: 'Kim',
        lastName: 'Öz',
        linkedin: 'https://de.linkedin.com/in/kim',
        github: 'github.com/kim',
      },
      countryCode: 'DE',
      files: [],
    });
  });

  it.each([{}, { basics: null }, { basics: { name: 5, location: 'x', profiles: 'y' } }])(
    'is nothing where the profile is odd: %j',
    (resume) => {
      expect(atHandOf({ resume }, '', [])).toEqual({ texts: {}, countryCode: '', files: [] });
    },
  );

  it('names countries in English and German', () => {
    expect(countryNames('AT')).toEqual(['Austria', 'Österreich']);
    expect(countryNames('')).toEqual([]);
  });
});

describe('a letter’s words', () => {
  it('go from salutation to signature, without markup', () => {
    const markdown = [
      '# Kim Öz',
      'Cook',
      '[kim@x.example](<mailto:kim@x.example>) · Hamburg',
      'Moorblick  \nHamburg',
      '21 November 2026',
      '**Application: Cook**',
      'Dear hiring team,',
      'I cook \\*well\\*, see [my page](<https://kim.example>).',
      '- one\n- two',
      'Kind regards',
      'Kim Öz',
      'Enclosures: CV',
    ].join('\n\n');
    expect(letterTextOf(`${markdown}\n`)).toBe(
      'Dear hiring team,\n\nI cook *well*, see my page.\n\n- one\n- two\n\nKind regards\n\nKim Öz',
    );
  });

  it('are all that there is where it is no letter of ours', () => {
    expect(letterTextOf('Hello\n\nBye\n')).toBe('Hello\n\nBye');
  });
});

describe('the message', () => {
  const report = { obstacle: null, filled: 2, left: [], unreachable: null, heldBack: 0, frames: [] };
  it.each([
    [{}, '2 fields can be filled in as shown, nothing is left; nothing was submitted'],
    [
      { filled: 1, heldBack: 1, left: [{ label: 'a', required: true, why: 'b' }] },
      '1 field can be filled in as shown, 1 left to you, 1 of them required; nothing was submitted; 1 request of the page was held back, so it may show less than it would to you',
    ],
    [
      { obstacle: 'unreachable' as const, unreachable: 'it answers 404' },
      'nothing was filled in: the page cannot be had: it answers 404',
    ],
    [
      { obstacle: 'foreign-frame' as const, frames: ['boards.example'] },
      'nothing was filled in: the form lies in a frame of boards.example; fill it in by yourself at its address',
    ],
  ])('says how far it went: %j', (said, message) => {
    expect(messageOf({ ...report, ...said })).toBe(message);
  });
});
