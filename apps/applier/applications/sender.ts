import { isEmail } from 'class-validator';
import type { ProfileDto } from '#libs/contracts';

/** Who applies, as their profile says it. What it does not say is empty. */
export interface Sender {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly place: string;
  readonly links: readonly string[];
}

/** Makes one line of a text that may hold anything. */
export const oneLine = (text: string, longest = 200): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, longest);

const textIn = (held: unknown, field: string): string => {
  const value: unknown =
    typeof held === 'object' && held !== null ? (held as Record<string, unknown>)[field] : undefined;
  return typeof value === 'string' ? oneLine(value) : '';
};

/** Reads who applies out of a JSON Resume. An e-mail address that is none counts as not said. */
export function senderOf({ resume }: Pick<ProfileDto, 'resume'>): Sender {
  const basics = resume['basics'];
  const inBasics = (field: string): unknown =>
    typeof basics === 'object' && basics !== null ? (basics as Record<string, unknown>)[field] : undefined;
  const location = inBasics('location');
  const profiles = inBasics('profiles');
  const email = textIn(basics, 'email');
  const street = textIn(location, 'address');
  const city = [textIn(location, 'postalCode'), textIn(location, 'city')].filter(Boolean).join(' ');
  const links = (Array.isArray(profiles) ? profiles : []).map((profile) => textIn(profile, 'url'));
  return {
    name: textIn(basics, 'name'),
    email: isEmail(email, { allow_utf8_local_part: false }) ? email : '',
    phone: textIn(basics, 'phone'),
    place: [street, city, textIn(location, 'countryCode')].filter(Boolean).join(', '),
    links: [textIn(basics, 'url'), ...links].filter(Boolean),
  };
}
