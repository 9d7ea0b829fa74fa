import { describe, expect, it } from '@jest/globals';
import { seenPage } from '../testing/seen-field.fixtures.js';
import type { AtHand } from './at-hand.js';
import type { FieldSeen, PageSeen } from './page-seen.js';
import { planFills } from './plan-fills.js';

const file = (kind: 'cv' | 'letter') => ({
  kind,
  fileName: `${kind}.pdf`,
  mediaType: 'application/pdf',
  sha256: kind,
  bytes: 9,
});
const HAND: AtHand = {
  texts: { name: 'Kim Öz', firstName: 'Kim', lastName: 'Öz', email: 'k@k.example', letterText: 'Dear all' },
  countryCode: 'DE',
  files: [file('cv'), file('letter')],
};
const NAME = { label: 'Name', required: true };
const EMAIL = { label: 'E-Mail' };
const CV = { kind: 'file', label: 'CV', required: true };
const plan = (fields: Partial<FieldSeen>[], said: Partial<PageSeen> = {}, hand = HAND) =>
  planFills(seenPage(fields, said), hand);
const filled = (fields: Partial<FieldSeen>[], said?: Partial<PageSeen>, hand = HAND) =>
  Object.fromEntries(plan(fields, said, hand).fills.map(({ key, how }) => [key, how]));
/** Why the first field beside name and CV is left. */
const whyLeft = (field: Partial<FieldSeen>, hand = HAND) => plan([NAME, CV, field], {}, hand).left[0]?.why;

describe('a form', () => {
  it('gets what is at hand, each control by its key', () => {
    const { fills, left, obstacle } = plan([NAME, EMAIL, CV, { kind: 'textarea', label: 'Cover letter' }]);
    expect(obstacle).toBeNull();
    expect(left).toEqual([]);
    expect(fills).toEqual([
      {
        key: 0,
        field: 'name',
        label: 'Name',
        required: true,
        shown: 'Kim Öz',
        how: { kind: 'type', text: 'Kim Öz' },
      },
      expect.objectContaining({ key: 1, field: 'email', required: false }),
      expect.objectContaining({ key: 2, how: { kind: 'attach', sha256: ['cv'] }, shown: 'cv.pdf (9 bytes)' }),
      expect.objectContaining({ key: 3, field: 'letterText', shown: 'the letter, 8 characters' }),
    ]);
  });

  it('that applications go into is chosen among several', () => {
    const fields = [
      { form: 0, label: 'Name' },
      { form: 0, label: 'E-Mail' },
      { form: 1, label: 'Name' },
      { form: 1, kind: 'file', label: 'CV' },
    ];
    expect(Object.keys(filled(fields, { forms: ['newsletter subscribe', 'apply'] }))).toEqual(['2', '3']);
  });

  it('is never ticked, and one question is named once', () => {
    const radio = { kind: 'radio', group: 'How did you find us?', name: 'how' };
    const { fills, left } = plan([
      NAME,
      CV,
      { kind: 'checkbox', label: 'I agree', required: true },
      { ...radio, label: 'Friend' },
      { ...radio, label: 'Board' },
    ]);
    expect(fills).toHaveLength(2);
    expect(left).toEqual([
      { label: 'I agree', required: true, why: 'a choice that is yours' },
      { label: 'How did you find us?', required: false, why: 'a choice that is yours' },
    ]);
  });

  it('with a riddle beside it is filled in, and the riddle is left', () => {
    expect(plan([NAME, CV], { captcha: true })).toMatchObject({
      obstacle: null,
      left: [{ label: 'captcha', required: true }],
    });
  });
});

describe('a field is left', () => {
  it.each([
    [{ label: 'Salary' }, 'what it asks for could not be told'],
    [{ label: 'Phone' }, 'the profile does not say'],
    [{ label: 'E-Mail', value: 'someone@x.example' }, 'the page has filled it in itself'],
    [{ label: 'E-Mail', maxLength: 5 }, 'it takes 5 characters, and there are 11'],
    [
      { kind: 'file', label: 'Cover letter', accept: '.doc,.docx' },
      'it takes .doc,.docx, and letter.pdf is application/pdf',
    ],
    [{ kind: 'file', label: 'CV' }, 'the file is attached already'],
    [
      { kind: 'select', label: 'Country', options: [{ value: 'FR', text: 'France' }] },
      'it does not offer the country of the profile',
    ],
  ])('and it is said why: %j', (field, why) => {
    expect(whyLeft(field)).toBe(why);
  });

  it('where there is no letter', () => {
    const hand = { ...HAND, files: [file('cv')], texts: { name: 'Kim Öz' } };
    expect(whyLeft({ kind: 'file', label: 'Cover letter' }, hand)).toBe('there is no letter');
    expect(whyLeft({ kind: 'textarea', label: 'Cover letter' }, hand)).toBe('there is no letter');
  });

  it('without a word where nobody sees it or can change it', () => {
    const hidden = [
      { ...EMAIL, visible: false },
      { ...EMAIL, open: false },
      { kind: 'submit', label: 'Send' },
    ];
    expect(plan([NAME, CV, ...hidden])).toMatchObject({ fills: [{ key: 0 }, { key: 1 }], left: [] });
  });
});

describe('a file input', () => {
  it('is filled though a button hides it', () => {
    expect(filled([NAME, { ...CV, visible: false }])).toHaveProperty('1');
  });

  it.each([['.pdf'], ['application/pdf'], ['image/*, application/*'], ['*/*']])(
    'takes what it accepts: %s',
    (accept) => {
      expect(filled([NAME, { ...CV, accept }])).toHaveProperty('1');
    },
  );

  it('for all papers takes both where it takes several, and the CV where it takes one', () => {
    const papers = { kind: 'file', label: 'Bewerbungsunterlagen' };
    expect(filled([NAME, { ...papers, multiple: true }])[1]).toEqual({
      kind: 'attach',
      sha256: ['cv', 'letter'],
    });
    expect(filled([NAME, papers])[1]).toEqual({ kind: 'attach', sha256: ['cv'] });
    expect(filled([NAME, CV, papers])[2]).toEqual({ kind: 'attach', sha256: ['letter'] });
  });
});

describe('a country', () => {
  const options = [
    { value: '', text: 'Please choose' },
    { value: '81', text: 'Deutschland' },
  ];
  it('is chosen by its code or by its name in English or German', () => {
    expect(filled([NAME, CV, { kind: 'select', label: 'Land', options }])[2]).toEqual({
      kind: 'choose',
      value: '81',
    });
    const byCode = [{ value: 'de', text: 'Allemagne' }];
    expect(filled([NAME, CV, { kind: 'select', label: 'Country', options: byCode }])[2]).toEqual({
      kind: 'choose',
      value: 'de',
    });
  });

  it.each([
    ['de-DE', 'Deutschland'],
    ['en', 'Germany'],
    ['', 'Germany'],
  ])('is written in the language of a page in %j', (language, text) => {
    expect(filled([NAME, CV, { label: 'Country' }], { language })[2]).toEqual({ kind: 'type', text });
  });
});

it('a dialling code that stands there gives way to the number', () => {
  const hand = { ...HAND, texts: { ...HAND.texts, phone: '+49 170 1' } };
  expect(filled([NAME, CV, { kind: 'tel', value: '+49' }], {}, hand)[2]).toEqual({
    kind: 'type',
    text: '+49 170 1',
  });
});

describe('a page that cannot be filled in', () => {
  const frame = (url: string) => ({ frames: [{ url, large: true }] });
  it.each([
    ['login', [EMAIL, { kind: 'password', label: 'Password' }], {}],
    ['login', [], { text: 'Please sign in to apply for this job' }],
    ['captcha', [], { captcha: true }],
    ['captcha', [], { title: 'Just a moment...' }],
    ['foreign-frame', [], frame('https://boards.example/embed')],
    ['foreign-frame', [NAME, EMAIL], frame('https://boards.example/embed')],
    ['no-form', [], frame('https://employer.example/map')],
    ['no-form', [{ kind: 'search', label: 'Search' }], {}],
    ['no-form', [{ label: 'E-Mail' }], { forms: ['newsletter'] }],
    ['no-form', [NAME, EMAIL], { forms: ['newsletter subscribe'] }],
    ['nothing-recognised', [{ label: 'Colour' }, { label: 'Shoe size' }], {}],
  ] as const)('says %s', (obstacle, fields, said) => {
    expect(plan([...fields], said)).toMatchObject({ obstacle, fills: [] });
  });

  it('names the hosts of frames that the form may lie in', () => {
    expect(plan([], frame('https://boards.example/embed')).frames).toEqual(['boards.example']);
  });
});
