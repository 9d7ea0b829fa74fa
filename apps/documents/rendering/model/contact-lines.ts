import type { Line } from './document-model.js';
import { lineOf, type ResumeWords } from './resume-words.js';

/** Where a person can be reached: place, mail, telephone, pages. */
export function contactLines(words: ResumeWords): Line[] {
  const town = words.both(
    'spaced',
    words.part('basics.location.postalCode'),
    words.part('basics.location.city'),
  );
  const place = words.joined([
    words.part('basics.location.address'),
    town.length > 0 ? town : words.part('basics.location.region'),
  ]);
  const mail = words.text('basics.email');
  const phone = words.text('basics.phone');
  const lines = [
    lineOf(place),
    lineOf(words.part('basics.email'), `mailto:${encodeURI(mail)}`),
    lineOf(words.part('basics.phone'), `tel:${phone.replace(/[^\d+]/g, '')}`),
    words.address('basics.url'),
    ...words.list('basics.profiles').map((profile) => profileLine(words, profile)),
  ];
  return lines.filter((line) => line !== null);
}

function profileLine(words: ResumeWords, profile: string): Line | null {
  const address = words.address(`${profile}.url`);
  if (address?.href !== undefined) return address;
  const network = words.part(`${profile}.network`);
  return lineOf(words.both('spaced', network, words.part(`${profile}.username`))) ?? address;
}
