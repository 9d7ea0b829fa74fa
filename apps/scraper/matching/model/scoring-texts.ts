import type { ProfileDto } from '#libs/contracts';
import { cleanText, headOf } from '../../processing/clean-text.js';
import { profileLines } from '../profile-lines.js';

/** What a model is given of one side, and where each piece of it comes from. */
export interface ScoringText {
  readonly of: 'profile' | 'job';
  /** Of the profile: paths in the resume and the preferences. Of a job: its fields. */
  readonly fields: readonly string[];
  readonly text: string;
}

/** Models read so much at most, and more of a text tells little more about it. */
const LONGEST = 6_000;

/**
 * Makes the text of a profile: titles wanted, and what the person can and has done. Names, addresses, numbers to call
 * and employers are no part of it; what a person writes about them in a sentence is.
 */
export function profileText({ resume, preferences }: ProfileDto): ScoringText {
  const wanted = preferences.titlesWanted.map((text, at) => ({
    path: `preferences.titlesWanted[${at}]`,
    text,
  }));
  const fields: string[] = [];
  const lines: string[] = [];
  let length = 0;
  for (const { path, text } of [...wanted, ...profileLines(resume)]) {
    const line = cleanText(text);
    if (line === '' || lines.includes(line)) continue;
    if (length + line.length + 1 > LONGEST) break;
    length += line.length + 1;
    fields.push(path);
    lines.push(line);
  }
  return { of: 'profile', fields, text: lines.join('\n') };
}

/** Makes the text of a job: its title and the beginning of its description. */
export const jobText = ({ title, description }: { title: string; description: string }): ScoringText => ({
  of: 'job',
  fields: ['title', 'description'],
  text: headOf(cleanText(`${title}\n${description}`), LONGEST),
});
