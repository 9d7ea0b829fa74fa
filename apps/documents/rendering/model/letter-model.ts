import type { ParagraphDto } from '#libs/contracts';
import { cleanLine } from './clean-text.js';
import { contactLines } from './contact-lines.js';
import type { CvOptions } from './cv-model.js';
import { dayOf } from './dates.js';
import type { DocumentModel, LetterBlock, Line, Part } from './document-model.js';
import { asksFor, jobLine, jobPart } from './job-words.js';
import { lineOf, ResumeWords } from './resume-words.js';

export interface LetterOptions extends CvOptions {
  /** The person's own, in place of what is made of the résumé. */
  readonly paragraphs?: readonly ParagraphDto[];
}

const MOST_HIGHLIGHTS = 3;
const MOST_SKILLS = 6;
const EMPTY: Line = { text: '', parts: [] };

/**
 * Makes a letter of a résumé and a job: what is applied for, the person's own summary, their last station with what
 * bears on the job most, and the skills that the job asks for. All of it in the résumé's words or the phrase book's.
 */
export function letterModel(options: LetterOptions): DocumentModel {
  const { resume, job, language, writtenOn, paragraphs } = options;
  const words = new ResumeWords(resume, language);
  const name = words.line('basics.name') ?? EMPTY;
  const title = jobPart(job, 'title');
  const company = jobPart(job, 'company');
  const opening = words.say(company.length === 0 ? 'openingPlain' : 'opening', { title, company });
  const middle =
    paragraphs === undefined || paragraphs.length === 0 ? fromResume(words, options) : ownWords(paragraphs);
  const blocks = [block(opening), ...middle, block(words.say('hearing'))].filter((made) => made !== null);
  return {
    kind: 'letter',
    language,
    title: words.say('letterTitle', { name: name.parts })?.text ?? '',
    writtenOn,
    name,
    label: words.line('basics.label'),
    contacts: contactLines(words),
    sections: [],
    letter: {
      recipient: [jobLine(job, 'company')].filter((line) => line !== null),
      date: lineOf([{ from: 'date', text: dayOf(writtenOn, language) }]) ?? EMPTY,
      subject: words.say('subject', { title }) ?? EMPTY,
      salutation: words.say('salutation') ?? EMPTY,
      blocks,
      closing: words.say('closing') ?? EMPTY,
      enclosures: words.say('enclosures') ?? EMPTY,
    },
  };
}

function ownWords(paragraphs: readonly ParagraphDto[]): (LetterBlock | null)[] {
  return paragraphs.map(({ text, sources }) =>
    block(lineOf([{ from: 'person', text: cleanLine(text), paths: sources }])),
  );
}

function fromResume(words: ResumeWords, { job }: LetterOptions): (LetterBlock | null)[] {
  const wanted = asksFor(job);
  const summary = words.paragraphs('basics.summary').map((line) => block(line));
  return [...summary, ...lastStation(words, wanted), block(skillsAsked(words, wanted))];
}

function lastStation(words: ResumeWords, wanted: (term: string) => boolean): (LetterBlock | null)[] {
  const [path] = words
    .list('work')
    .filter((item) => words.text(`${item}.position`) !== '' && words.text(`${item}.name`) !== '')
    .sort((one, other) => endOf(words, other).localeCompare(endOf(words, one), 'en'));
  if (path === undefined) return [lastSchool(words)];
  const still = words.text(`${path}.endDate`) === '';
  const position = words.part(`${path}.position`);
  const company = words.part(`${path}.name`);
  const station = words.say(still ? 'nowAt' : 'lastAt', { position, company });
  const highlights = fittest(words.lines(`${path}.highlights`), wanted);
  const among = words.say('amongIt');
  return [
    block(station),
    ...(highlights.length === 0 || among === null ? [] : [{ paragraph: among, bullets: highlights }]),
  ];
}

function lastSchool(words: ResumeWords): LetterBlock | null {
  const [path] = words
    .list('education')
    .filter((item) => words.text(`${item}.area`) !== '' && words.text(`${item}.institution`) !== '')
    .sort((one, other) => endOf(words, other).localeCompare(endOf(words, one), 'en'));
  if (path === undefined) return null;
  const area = words.part(`${path}.area`);
  return block(words.say('studied', { area, institution: words.part(`${path}.institution`) }));
}

function endOf(words: ResumeWords, path: string): string {
  return `${words.text(`${path}.endDate`) || '9999'} ${words.text(`${path}.startDate`)}`;
}

/** Those with most words that the job has too; among equals the person's own order. */
function fittest(lines: readonly Line[], wanted: (term: string) => boolean): Line[] {
  const score = ({ text }: Line): number =>
    new Set(text.split(/[^\p{L}\p{N}+#]+/u).filter((word) => word.length > 3 && wanted(word))).size;
  return [...lines].sort((one, other) => score(other) - score(one)).slice(0, MOST_HIGHLIGHTS);
}

function skillsAsked(words: ResumeWords, wanted: (term: string) => boolean): Line | null {
  const terms = words.list('skills').flatMap((path) => [`${path}.name`, ...words.list(`${path}.keywords`)]);
  const parts: Part[][] = [];
  const named = new Set<string>();
  for (const path of terms) {
    const text = words.text(path);
    if (!wanted(text) || named.has(text.toLowerCase()) || parts.length === MOST_SKILLS) continue;
    named.add(text.toLowerCase());
    parts.push(words.part(path));
  }
  return parts.length === 0 ? null : words.say('bring', { skills: words.joined(parts) });
}

function block(paragraph: Line | null): LetterBlock | null {
  return paragraph === null ? null : { paragraph, bullets: [] };
}
