import type { DocumentLanguage } from '#libs/contracts';
import { contactLines } from './contact-lines.js';
import type { DocumentModel, Entry, Line, Section } from './document-model.js';
import { asksFor, type JobForDocument } from './job-words.js';
import type { PhraseName } from './phrases.js';
import { lineOf, ResumeWords } from './resume-words.js';

export interface CvOptions {
  readonly resume: Readonly<Record<string, unknown>>;
  readonly job: JobForDocument;
  readonly language: DocumentLanguage;
  /** Such as 2026-11-21. */
  readonly writtenOn: string;
}

const NOTHING: Entry = {
  title: null,
  subtitle: null,
  period: null,
  place: null,
  link: null,
  paragraphs: [],
  bullets: [],
};

/**
 * Makes a CV of a résumé: everything that it holds, the newest first, skills that the job asks for before others.
 * Nothing is added, reworded or translated but headings and months.
 */
export function cvModel({ resume, job, language, writtenOn }: CvOptions): DocumentModel {
  const words = new ResumeWords(resume, language);
  const wanted = asksFor(job);
  const name = words.line('basics.name') ?? { text: '', parts: [] };
  const sections = [
    section(words, 'summary', summaryEntries(words)),
    section(words, 'work', stations(words, 'work', ['position', 'name'])),
    section(words, 'projects', stations(words, 'projects', ['name', 'entity'])),
    section(words, 'education', schools(words)),
    section(words, 'volunteer', stations(words, 'volunteer', ['position', 'organization'])),
    section(words, 'skills', skills(words, wanted)),
    section(words, 'languages', oneLiners(words, 'languages', 'language', 'fluency')),
    section(words, 'certificates', papers(words, 'certificates', ['name', 'issuer', 'date'])),
    section(words, 'awards', papers(words, 'awards', ['title', 'awarder', 'date'])),
    section(words, 'publications', papers(words, 'publications', ['name', 'publisher', 'releaseDate'])),
    section(
      words,
      'interests',
      groups(words, 'interests', () => false),
    ),
    section(words, 'references', references(words)),
  ];
  return {
    kind: 'cv',
    language,
    title: words.say('resumeTitle', { name: name.parts })?.text ?? '',
    writtenOn,
    name,
    label: words.line('basics.label'),
    contacts: contactLines(words),
    sections: sections.filter((made) => made !== null),
    letter: null,
  };
}

function section(words: ResumeWords, id: PhraseName, entries: readonly Entry[]): Section | null {
  const heading = words.say(id);
  return heading === null || entries.length === 0 ? null : { id, heading, entries };
}

function summaryEntries(words: ResumeWords): Entry[] {
  const paragraphs = words.paragraphs('basics.summary');
  return paragraphs.length === 0 ? [] : [{ ...NOTHING, paragraphs }];
}

function stations(words: ResumeWords, list: string, [what, where]: readonly [string, string]): Entry[] {
  return newestFirst(words, list, ['endDate', 'startDate']).flatMap((path) =>
    filled({
      title: words.line(`${path}.${what}`) ?? words.line(`${path}.${where}`),
      subtitle: words.line(`${path}.${what}`) === null ? null : words.line(`${path}.${where}`),
      period: words.period(path),
      place: words.line(`${path}.location`),
      link: words.address(`${path}.url`),
      paragraphs: [...words.paragraphs(`${path}.description`), ...words.paragraphs(`${path}.summary`)],
      bullets: [
        ...words.lines(`${path}.highlights`),
        ...onlyLine(words.joined(words.list(`${path}.keywords`).map((item) => words.part(item)))),
      ],
    }),
  );
}

function schools(words: ResumeWords): Entry[] {
  return newestFirst(words, 'education', ['endDate', 'startDate']).flatMap((path) => {
    const degree = words.both('pair', words.part(`${path}.studyType`), words.part(`${path}.area`));
    const score = words.part(`${path}.score`);
    return filled({
      title: lineOf(degree) ?? words.line(`${path}.institution`),
      subtitle: degree.length === 0 ? null : words.line(`${path}.institution`),
      period: words.period(path),
      place: null,
      link: words.address(`${path}.url`),
      paragraphs: score.length === 0 ? [] : [words.say('ratedAs', { score })].filter((line) => line !== null),
      bullets: words.lines(`${path}.courses`),
    });
  });
}

/** Those that the job asks for come first, and so do their words within each. */
function skills(words: ResumeWords, wanted: (term: string) => boolean): Entry[] {
  const asked = (path: string): boolean =>
    wanted(words.text(`${path}.name`)) ||
    words.list(`${path}.keywords`).some((item) => wanted(words.text(item)));
  return groups(words, 'skills', wanted, wantedFirst(words.list('skills'), asked));
}

function groups(
  words: ResumeWords,
  list: string,
  wanted: (term: string) => boolean,
  paths = words.list(list),
): Entry[] {
  return paths.flatMap((path) => {
    const name = words.both('graded', words.part(`${path}.name`), words.part(`${path}.level`));
    const keywords = wantedFirst(words.list(`${path}.keywords`), (item) => wanted(words.text(item)));
    const paragraphs = onlyLine(words.joined(keywords.map((item) => words.part(item))));
    return filled({ ...NOTHING, title: lineOf(name), paragraphs });
  });
}

function oneLiners(words: ResumeWords, list: string, what: string, how: string): Entry[] {
  return words.list(list).flatMap((path) => {
    const parts = words.both('graded', words.part(`${path}.${what}`), words.part(`${path}.${how}`));
    return filled({ ...NOTHING, paragraphs: onlyLine(parts) });
  });
}

function papers(
  words: ResumeWords,
  list: string,
  [what, who, when]: readonly [string, string, string],
): Entry[] {
  return newestFirst(words, list, [when]).flatMap((path) =>
    filled({
      ...NOTHING,
      title: words.line(`${path}.${what}`),
      subtitle: words.line(`${path}.${who}`),
      period: lineOf(words.part(`${path}.${when}`, 'month')),
      link: words.address(`${path}.url`),
      paragraphs: words.paragraphs(`${path}.summary`),
    }),
  );
}

function references(words: ResumeWords): Entry[] {
  return words.list('references').flatMap((path) =>
    filled({
      ...NOTHING,
      title: words.line(`${path}.name`),
      paragraphs: words.paragraphs(`${path}.reference`),
    }),
  );
}

/** What has no end goes on, so it comes before what has one. */
function newestFirst(words: ResumeWords, list: string, fields: readonly string[]): string[] {
  const key = (path: string): string =>
    fields
      .map((field) => words.text(`${path}.${field}`) || (field === 'endDate' ? '9999' : '0000'))
      .join(' ');
  return words.list(list).sort((one, other) => key(other).localeCompare(key(one), 'en'));
}

function wantedFirst(paths: readonly string[], wanted: (path: string) => boolean): string[] {
  return [...paths.filter((path) => wanted(path)), ...paths.filter((path) => !wanted(path))];
}

function onlyLine(parts: Parameters<typeof lineOf>[0]): Line[] {
  const line = lineOf(parts);
  return line === null ? [] : [line];
}

function filled(entry: Entry): Entry[] {
  const { title, paragraphs, bullets } = entry;
  return title === null && paragraphs.length === 0 && bullets.length === 0 ? [] : [entry];
}
