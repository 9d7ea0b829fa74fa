import type { DocumentLanguage } from '#libs/contracts';
import type { Part } from './document-model.js';

const EN = {
  resumeTitle: 'CV {name}',
  letterTitle: 'Application {name}',
  summary: 'Profile',
  work: 'Work experience',
  projects: 'Projects',
  education: 'Education',
  volunteer: 'Volunteering',
  skills: 'Skills',
  languages: 'Languages',
  certificates: 'Certificates',
  awards: 'Awards',
  publications: 'Publications',
  interests: 'Interests',
  references: 'References',
  period: '{start} – {end}',
  until: 'until {end}',
  ongoing: '{start} – today',
  pair: '{first}, {second}',
  spaced: '{first} {second}',
  graded: '{first} ({second})',
  ratedAs: 'Grade: {score}',
  listed: '{first}, {more}',
  subject: 'Application as {title}',
  salutation: 'Dear hiring team,',
  opening: 'I am applying for the position of {title} at {company}.',
  openingPlain: 'I am applying for the position of {title}.',
  nowAt: 'I currently work as {position} at {company}.',
  lastAt: 'Most recently I worked as {position} at {company}.',
  studied: 'I studied {area} at {institution}.',
  amongIt: 'From my work there:',
  bring: 'Of what you are looking for, I bring {skills}.',
  hearing: 'I would be glad to tell you more in a conversation.',
  closing: 'Kind regards',
  enclosures: 'Enclosure: CV',
} as const;

export type PhraseName = keyof typeof EN;

const DE: Readonly<Record<PhraseName, string>> = {
  resumeTitle: 'Lebenslauf {name}',
  letterTitle: 'Bewerbung {name}',
  summary: 'Profil',
  work: 'Berufserfahrung',
  projects: 'Projekte',
  education: 'Ausbildung',
  volunteer: 'Ehrenamt',
  skills: 'Kenntnisse',
  languages: 'Sprachen',
  certificates: 'Zertifikate',
  awards: 'Auszeichnungen',
  publications: 'Veröffentlichungen',
  interests: 'Interessen',
  references: 'Referenzen',
  period: '{start} – {end}',
  until: 'bis {end}',
  ongoing: '{start} – heute',
  pair: '{first}, {second}',
  spaced: '{first} {second}',
  graded: '{first} ({second})',
  ratedAs: 'Note: {score}',
  listed: '{first}, {more}',
  subject: 'Bewerbung als {title}',
  salutation: 'Sehr geehrte Damen und Herren,',
  opening: 'hiermit bewerbe ich mich um die Stelle „{title}“ bei {company}.',
  openingPlain: 'hiermit bewerbe ich mich um die Stelle „{title}“.',
  nowAt: 'Derzeit arbeite ich als {position} bei {company}.',
  lastAt: 'Zuletzt habe ich als {position} bei {company} gearbeitet.',
  studied: 'Studiert habe ich {area} ({institution}).',
  amongIt: 'Aus meiner Arbeit dort:',
  bring: 'Von dem, was Sie suchen, bringe ich mit: {skills}.',
  hearing: 'Über ein Gespräch freue ich mich.',
  closing: 'Mit freundlichen Grüßen',
  enclosures: 'Anlage: Lebenslauf',
};

const PHRASES: Readonly<Record<DocumentLanguage, Readonly<Record<PhraseName, string>>>> = { en: EN, de: DE };

const PLACEHOLDER = /\{(\w+)\}/;

/** Says a phrase of the book: its own words as wording, its placeholders as the parts that are given. */
export function say(
  language: DocumentLanguage,
  name: PhraseName,
  values: Readonly<Record<string, readonly Part[]>> = {},
): Part[] {
  // Splitting by a group keeps what it holds: wording and placeholders take turns.
  return PHRASES[language][name].split(PLACEHOLDER).flatMap((piece, index): readonly Part[] => {
    if (index % 2 === 1) return values[piece] ?? [];
    return piece === '' ? [] : [{ from: 'wording', text: piece }];
  });
}

const BOOKS = new Map<DocumentLanguage, ReadonlySet<string>>();

/** Every wording that a document of a language may hold by itself. */
export function wordingsOf(language: DocumentLanguage): ReadonlySet<string> {
  const known = BOOKS.get(language);
  if (known) return known;
  const pieces = Object.values(PHRASES[language]).flatMap((phrase) =>
    phrase.split(PLACEHOLDER).filter((_, index) => index % 2 === 0),
  );
  const book = new Set(pieces);
  BOOKS.set(language, book);
  return book;
}
