import type { JobDto } from '#libs/contracts';
import { oneLine } from './sender.js';
import type { Sender } from './sender.js';

const GERMAN = {
  subject: (title: string) => `Bewerbung: ${title}`,
  greeting: 'Sehr geehrte Damen und Herren,',
  body: (title: string, company: string) =>
    `hiermit bewerbe ich mich auf die Stelle „${title}“${company ? ` bei ${company}` : ''}.`,
  both: 'Mein Anschreiben und mein Lebenslauf sind beigefügt.',
  cvOnly: 'Mein Lebenslauf ist beigefügt.',
  closing: 'Mit freundlichen Grüßen',
};
const ENGLISH: typeof GERMAN = {
  subject: (title) => `Application: ${title}`,
  greeting: 'Dear hiring team,',
  body: (title, company) => `I am applying for the position “${title}”${company ? ` at ${company}` : ''}.`,
  both: 'Please find my letter and my CV attached.',
  cvOnly: 'Please find my CV attached.',
  closing: 'Kind regards',
};

/** Tells whether a job wants to be written to in German; all others are written to in English. */
export const isGerman = ({ processing, language }: Pick<JobDto, 'processing' | 'language'>): boolean =>
  /^de\b/i.test(processing?.language ?? language ?? '');

/** Writes the mail. It states nothing of the person but name and contact, which stand in the profile. */
export function mailTextOf(
  job: Pick<JobDto, 'title' | 'company' | 'processing' | 'language'>,
  sender: Sender,
  withLetter: boolean,
): { readonly subject: string; readonly text: string } {
  const words = isGerman(job) ? GERMAN : ENGLISH;
  const title = oneLine(job.title);
  const contact = [sender.email, sender.phone].filter(Boolean).join(' · ');
  const text = [
    words.greeting,
    '',
    `${words.body(title, oneLine(job.company))} ${withLetter ? words.both : words.cvOnly}`,
    '',
    words.closing,
    sender.name,
    ...(contact ? [contact] : []),
    '',
  ].join('\n');
  return { subject: words.subject(title), text };
}

/** Writes what a person needs at hand to fill an employer's form by themselves. */
export function formSummaryOf(
  job: Pick<JobDto, 'title' | 'company' | 'applyUrl' | 'url'>,
  sender: Sender,
  mailTo: readonly string[],
  fileNames: readonly string[],
): { readonly subject: string; readonly text: string } {
  const title = oneLine(job.title);
  const company = oneLine(job.company);
  const lines: readonly (readonly [label: string, value: string])[] = [
    ['Position', title],
    ['Employer', company],
    ['Apply at', job.applyUrl ?? job.url ?? ''],
    ['Addresses in the posting', mailTo.join(', ')],
    ['Name', sender.name],
    ['E-mail', sender.email],
    ['Phone', sender.phone],
    ['Address', sender.place],
    ['Links', sender.links.join(', ')],
    ['Files', fileNames.join(', ')],
  ];
  const filled = lines.filter(([, value]) => value !== '').map(([label, value]) => `${label}: ${value}`);
  return { subject: company ? `${title} – ${company}` : title, text: `${filled.join('\n')}\n` };
}
