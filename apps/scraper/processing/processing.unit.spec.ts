import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAgency } from './agency.js';
import { cleanText, headOf } from './clean-text.js';
import { detectLanguage, primaryLanguage } from './detect-language.js';
import { findSkills } from './find-skills.js';
import { normalisePlaces } from './normalise-places.js';
import { processPosting } from './process-posting.js';
import type { RawPosting } from './process-posting.js';
import { findRequirements } from './requirements.js';
import { salaryInText } from './salary-in-text.js';
import { yearlySalary } from './yearly-salary.js';

const place = (city: string | null, region: string | null, country: string | null) => ({
  city,
  region,
  country,
});

describe('clean text', () => {
  it('holds nothing unseen, one kind of line break and single blanks', () => {
    expect(cleanText(' a\u00a0\t b\u200b\r\n\r\n\r\n\r\n c\u202e d\u0000')).toBe('a b\n\nc d');
  });

  it('is clean already when it is cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const clean = cleanText(text);
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });

  it('is never cut within a character', () => {
    expect(headOf('a😀', 2)).toBe('a');
    expect(headOf('a😀', 3)).toBe('a😀');
  });
});

describe('the language of a text', () => {
  it.each([
    ['de', 'Wir suchen eine erfahrene Fachkraft für unser Team in Oldenburg, die gerne plant.'],
    ['en', 'We are looking for an experienced engineer who enjoys working with other people.'],
    ['ar', 'نبحث عن مهندس برمجيات ذو خبرة للعمل ضمن فريقنا في مدينة دبي'],
    ['zh', '我们正在寻找一位有经验的软件工程师'],
    ['ja', '経験豊富なソフトウェアエンジニアを募集しています'],
  ])('is %s for %j', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it('is told by the sentences of a list, not by the names in it', () => {
    const list = [
      'Ihre Aufgaben',
      '* Sie bauen Strecken in Python und SQL.',
      '* Sie betreiben sie auf Kubernetes.',
    ];
    expect(detectLanguage(list.join('\n'))).toBe('de');
  });

  it.each(['', 'Koch (m/w/d)', 'TypeScript Node.js AWS Docker Kubernetes NATS', '12345 67890'.repeat(20)])(
    'is unknown for %j',
    (text) => {
      expect(detectLanguage(text)).toBeNull();
    },
  );

  it('is the first part of a tag', () => {
    expect([
      primaryLanguage('de-DE'),
      primaryLanguage('EN'),
      primaryLanguage(null),
      primaryLanguage('x y'),
    ]).toEqual(['de', 'en', null, null]);
  });
});

describe('places', () => {
  it.each([
    ['München', [place('München', 'Bayern', 'DE')]],
    ['Munich, Germany', [place('München', 'Bayern', 'DE')]],
    ['80331 MUENCHEN, Bavaria', [place('München', 'Bayern', 'DE')]],
    ['Frankfurt a. M.', [place('Frankfurt am Main', 'Hessen', 'DE')]],
    ['Berlin, DE', [place('Berlin', 'Berlin', 'DE')]],
    ['San Francisco, CA', [place('San Francisco', 'California', 'US')]],
    ['London, Canada', [place('London', null, 'CA')]],
    ['Vienna / Zürich', [place('Wien', null, 'AT'), place('Zürich', null, 'CH')]],
    ['Remote, Germany', [place(null, null, 'DE')]],
    ['Hessen', [place(null, 'Hessen', 'DE')]],
    ['Klein Scharrel', [place('Klein Scharrel', null, null)]],
    ['Klein Scharrel, Deutschland', [place('Klein Scharrel', null, 'DE')]],
    ['東京都', [place('Tokyo', null, 'JP')]],
    ['دبي', [place('Dubai', null, 'AE')]],
    ['Northern America, Europe, UK, France', [place(null, null, 'GB'), place(null, null, 'FR')]],
    ['Americas, Asia, Africa', []],
    ['Remote', []],
    ['bundesweit', []],
    ['!!', []],
    ['', []],
  ])('in %j are read', (text, expected) => {
    expect(normalisePlaces([text])).toEqual(expected);
  });

  it('are each told once, and a country not beside its city', () => {
    expect(normalisePlaces(['Köln', 'Cologne', 'Germany', 'Poland'])).toEqual([
      place('Köln', 'Nordrhein-Westfalen', 'DE'),
      place(null, null, 'PL'),
    ]);
  });
});

describe('a salary', () => {
  const salary = (
    min: number | null,
    max: number | null,
    period: 'hour' | 'month' | 'year' | null,
    currency = 'EUR',
  ) => yearlySalary({ min, max, currency, period });

  it('is told by the year', () => {
    expect(salary(4_000, 5_000, 'month')).toEqual({ min: 48_000, max: 60_000, currency: 'EUR' });
    expect(salary(15, null, 'hour')).toEqual({ min: 31_200, max: null, currency: 'EUR' });
    expect(salary(70_000, 60_000, 'year')).toEqual({ min: 60_000, max: 70_000, currency: 'EUR' });
  });

  it('has the period that its figures leave no doubt about', () => {
    expect(salary(60_000, null, null)).toMatchObject({ min: 60_000 });
    expect(salary(3_000, null, null)).toMatchObject({ min: 36_000 });
    expect(salary(12_000, null, null)).toBeNull();
  });

  it('is unknown where it cannot be believed', () => {
    expect(salary(1, 2, 'year')).toBeNull();
    expect(salary(90_000, null, 'month', 'USD')).toMatchObject({ min: 1_080_000 });
    expect(salary(90_000, null, 'hour')).toBeNull();
    expect(yearlySalary({ min: 60_000, max: null, currency: null, period: 'year' })).toBeNull();
    expect(yearlySalary(null)).toBeNull();
    expect(salary(Number.NaN, Number.POSITIVE_INFINITY, 'year')).toBeNull();
  });

  it.each([
    ['Jahresgehalt: 60.000 – 75.000 € brutto', { min: 60_000, max: 75_000, currency: 'EUR', period: 'year' }],
    [
      'The salary range is $120,000 - $150,000 per year.',
      { min: 120_000, max: 150_000, currency: 'USD', period: 'year' },
    ],
    [
      'Gehalt von 3.500 EUR bis 4.200 EUR pro Monat',
      { min: 3_500, max: 4_200, currency: 'EUR', period: 'month' },
    ],
    ['Vergütung: 16,50 € pro Stunde', { min: 16.5, max: null, currency: 'EUR', period: 'hour' }],
    ['Base pay: £55k–65k a year', { min: 55_000, max: 65_000, currency: 'GBP', period: 'year' }],
  ])('is read from %j', (text, expected) => {
    expect(salaryInText(text)).toEqual(expected);
  });

  it.each([
    'We raised $120,000,000 last year',
    'Attraktives Gehalt und 30 Tage Urlaub',
    'Gehalt 40.000 € oder 60.000 € oder 80.000 €',
    'Salary depends on experience, 1000 employees in 20 countries',
  ])('is not read from %j', (text) => {
    expect(salaryInText(text)).toBeNull();
  });
});

describe('skills', () => {
  it.each([
    ['Python, SQL und Airflow', ['Python', 'SQL', 'Apache Airflow']],
    ['C++, C#, .NET und Node.js.', ['C++', 'C#', '.NET', 'Node.js']],
    ['React Native statt React', ['React Native', 'React']],
    ['Erfahrung mit Go und Kubernetes', ['Go', 'Kubernetes']],
    ['Go the extra mile in spring', []],
    ['We react to the rest of them, flink und gut', []],
    ['React und REST', ['React', 'REST']],
    ['You excel in a changing outlook', []],
    ['Experience with Excel', ['Excel']],
    ['Kenntnisse der TIA-Portal-Programmierung', ['SPS']],
    ['Deutsch ab C1, Englisch fließend', ['German', 'English']],
    ['熟悉Python和Kubernetes', ['Python', 'Kubernetes']],
    ['خبرة في TypeScript', ['TypeScript']],
  ])('are found in %j', (text, expected) => {
    expect(findSkills(text)).toEqual(expected);
  });
});

const GERMAN = `Über uns
Wir bauen Software mit Java.
Ihr Profil
 * Erfahrung mit TypeScript und NestJS
 * Kubernetes wünschenswert
 * Freude an Tests
Wir bieten
 * Excel-Kurse`;

describe('requirements', () => {
  it('are the lines of the section that says so, and wishes among them are told apart', () => {
    expect(findRequirements(GERMAN)).toEqual([
      { text: 'Erfahrung mit TypeScript und NestJS', kind: 'must', skills: ['TypeScript', 'NestJS'] },
      { text: 'Kubernetes wünschenswert', kind: 'nice', skills: ['Kubernetes'] },
      { text: 'Freude an Tests', kind: 'must', skills: [] },
    ]);
  });

  it('are read in English, with their nice-to-haves', () => {
    const text =
      'What you bring\n- Five years with Node.js\nNice to have:\n- Kafka\nWhat we offer\n- Python courses';
    expect(findRequirements(text)).toMatchObject([
      { kind: 'must', skills: ['Node.js'] },
      { kind: 'nice', skills: ['Apache Kafka'] },
    ]);
  });

  it('are sentences that ask for a skill where there is no such section', () => {
    const text = 'You will join a team. Experience with PostgreSQL is required. We like Docker.';
    expect(findRequirements(text)).toEqual([
      { text: 'Experience with PostgreSQL is required.', kind: 'must', skills: ['PostgreSQL'] },
    ]);
  });
});

describe('an agency', () => {
  it.each([
    ['Hays AG', ''],
    ['Nordlicht Personaldienstleistungen GmbH', ''],
    ['Moorblick', 'Für unseren Kunden in Kiel suchen wir'],
    ['Moorblick', 'On behalf of our client we search'],
  ])('is told by %j and %j', (company, text) => {
    expect(isAgency(company, text)).toBe(true);
  });

  it.each([
    ['Hayswerk GmbH', 'Sie beraten unsere Kunden.'],
    ['Moorblick', 'You work with clients.'],
  ])('is not told by %j and %j', (company, text) => {
    expect(isAgency(company, text)).toBe(false);
  });
});

describe('a posting', () => {
  const posting = (description: string): RawPosting => ({
    title: 'Koch (m/w/d)',
    company: 'Moorblick GmbH',
    locations: ['Oldenburg'],
    description,
    salary: null,
    employmentTypes: [],
    language: null,
    tags: [],
    url: null,
    applyUrl: null,
  });

  it('gives the same reading each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(processPosting(posting(text))).toEqual(processPosting(posting(text)));
      }),
    );
  });

  it.each([
    ['one word', 'a'.repeat(2_000_000)],
    ['blanks', `${' '.repeat(2_000_000)}x`],
    ['one line', 'Erfahrung mit Python. '.repeat(90_000)],
    ['requirements', `Ihr Profil\n${'wünschenswert'.repeat(150_000)}`],
    ['lines', `Ihr Profil\n${' * Kenntnisse in Go und Rust, 60.000 € Gehalt\n'.repeat(42_000)}`],
    ['Chinese', '我们正在寻找一位有经验的软件工程师'.repeat(110_000)],
    ['Arabic', 'نبحث عن مهندس برمجيات ذو خبرة '.repeat(65_000)],
    ['half characters', '\ud83d'.repeat(2_000_000)],
    ['figures', `Gehalt ${'1.000 '.repeat(330_000)}`],
  ])('of two megabytes of %s is read in seconds', (_what, text) => {
    const began = performance.now();
    expect(processPosting(posting(text)).places).toEqual([place('Oldenburg', 'Niedersachsen', 'DE')]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
