import type { AttachmentDto, FormField, ProfileDto } from '#libs/contracts';
import { oneLine, senderOf } from '../applications/sender.js';

/** What a form can be filled with. */
export interface AtHand {
  readonly texts: Readonly<Partial<Record<FormField, string>>>;
  /** ISO 3166, two letters; empty where the profile says none. */
  readonly countryCode: string;
  readonly files: readonly Pick<AttachmentDto, 'kind' | 'fileName' | 'mediaType' | 'sha256' | 'bytes'>[];
}

/** They begin a family name. */
const PARTICLES = new Set(
  'von vom van der den de zu zum zur da das dos del della di la le ter ten af av bin ibn al el st'.split(' '),
);

/** Splits a name as it is written in Europe; a name of one word is a family name. */
export function splitName(name: string): { readonly firstName: string; readonly lastName: string } {
  const words = name.split(' ').filter((word) => word !== '');
  if (words.length < 2) return { firstName: '', lastName: name };
  const particle = words.findIndex((word, index) => index > 0 && PARTICLES.has(word));
  const at = particle > 0 && particle < words.length - 1 ? particle : words.length - 1;
  return { firstName: words.slice(0, at).join(' '), lastName: words.slice(at).join(' ') };
}

/** Gathers what the profile and the documents of an application have for a form. What they do not have is left out. */
export function atHandOf(
  profile: Pick<ProfileDto, 'resume'>,
  letterText: string | null,
  files: AtHand['files'],
): AtHand {
  const { name, email, phone, links } = senderOf(profile);
  const basics = recordOf(profile.resume['basics']);
  const location = recordOf(basics['location']);
  const text = (held: unknown): string => (typeof held === 'string' ? oneLine(held) : '');
  const linkTo = (host: RegExp): string => links.find((link) => host.test(hostOf(link))) ?? '';
  const website = webAddress(text(basics['url']));
  const texts: Partial<Record<FormField, string>> = {
    name,
    ...splitName(name),
    email,
    phone,
    street: text(location['address']),
    postalCode: text(location['postalCode']),
    city: text(location['city']),
    linkedin: linkTo(/(^|\.)linkedin\.com$/),
    xing: linkTo(/(^|\.)xing\.com$/),
    github: linkTo(/(^|\.)github\.com$/),
    website,
    letterText: letterText ?? '',
  };
  const countryCode = text(location['countryCode']).toUpperCase();
  return {
    texts: Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== '')),
    countryCode: /^[A-Z]{2}$/.test(countryCode) ? countryCode : '',
    files,
  };
}

/** Names a country in the languages that forms are read in. */
export function countryNames(code: string): string[] {
  if (code === '') return [];
  return ['en', 'de'].map(
    (language) => new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code,
  );
}

const recordOf = (held: unknown): Readonly<Record<string, unknown>> =>
  typeof held === 'object' && held !== null ? (held as Record<string, unknown>) : {};

const hostOf = (link: string): string => {
  const url = /^https?:\/\//i.test(link) ? link : `https://${link}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
};

/** No form is given what a profile calls an address and a browser would run. */
const webAddress = (link: string): string => (/^https?:\/\//i.test(link) && URL.canParse(link) ? link : '');
