import type { JobDto } from '#libs/contracts';
import { cleanLine } from './clean-text.js';
import { lineOf } from './resume-words.js';
import type { JobField, Line, Part } from './document-model.js';

/** As much of a posting as is looked at for what it asks. */
const READ_CHARS = 100_000;
/** As much of a title or an employer's name as a document shows. */
const SHOWN_CHARS = 200;

/** What a document takes from a job. */
export type JobForDocument = Pick<
  JobDto,
  'id' | 'title' | 'company' | 'description' | 'language' | 'processing'
>;

/** Shows a field of a posting in one line, cut where it is no name any more. */
export function jobText(job: JobForDocument, field: JobField): string {
  const text = cleanLine(job[field]);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS).trimEnd()}…` : text;
}

export function jobPart(job: JobForDocument, field: JobField): Part[] {
  const text = jobText(job, field);
  return text === '' ? [] : [{ from: 'job', text, field }];
}

export function jobLine(job: JobForDocument, field: JobField): Line | null {
  return lineOf(jobPart(job, field));
}

/** Tells whether a posting names a term, such as a skill. Whole words only: `Java` is not asked for by `JavaScript`. */
export function asksFor(job: JobForDocument): (term: string) => boolean {
  const said = [job.title, ...(job.processing?.skills ?? []), job.description.slice(0, READ_CHARS)];
  const text = ` ${said.map(wordsOf).join(' ')} `;
  return (term) => {
    const words = wordsOf(term);
    return words !== '' && text.includes(` ${words} `);
  };
}

function wordsOf(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+#.]+/gu, ' ')
    .replace(/\.+(?= |$)/g, '')
    .trim();
}
