import { foldText } from './clean-text.js';

export type Section = 'must' | 'nice' | 'other';

const HEADINGS: Readonly<Record<Section, readonly string[]>> = {
  nice: [
    'nice to have',
    'nice to haves',
    'bonus',
    'bonus points',
    'good to have',
    'preferred',
    'preferred qualifications',
    'preferred skills',
    'optional',
    'wünschenswert',
    'von vorteil',
    'pluspunkte',
    'idealerweise',
    'das wäre toll',
    'it would be great if',
    'extra points',
    'desirable',
  ],
  must: [
    'dein profil',
    'ihr profil',
    'profil',
    'anforderungen',
    'anforderungsprofil',
    'voraussetzungen',
    'qualifikation',
    'qualifikationen',
    'ihre qualifikation',
    'deine qualifikation',
    'was du mitbringst',
    'was sie mitbringen',
    'das bringst du mit',
    'das bringen sie mit',
    'du bringst mit',
    'sie bringen mit',
    'das solltest du mitbringen',
    'damit überzeugst du',
    'damit überzeugen sie',
    'das zeichnet dich aus',
    'das zeichnet sie aus',
    'was wir erwarten',
    'wir erwarten',
    'was wir suchen',
    'wir suchen',
    'dein background',
    'deine skills',
    'requirements',
    'job requirements',
    'qualifications',
    'minimum qualifications',
    'basic qualifications',
    'required qualifications',
    'required skills',
    'skills',
    'must have',
    'must haves',
    'what you bring',
    'what youll bring',
    'what you will bring',
    'what you need',
    'what you have',
    'what we look for',
    'what were looking for',
    'what we are looking for',
    'who you are',
    'about you',
    'your profile',
    'your background',
    'your skills',
    'your experience',
    'you have',
    'you bring',
    'we expect',
    'the ideal candidate',
  ],
  other: [
    'aufgaben',
    'deine aufgaben',
    'ihre aufgaben',
    'das erwartet dich',
    'das erwartet sie',
    'was dich erwartet',
    'was sie erwartet',
    'tätigkeiten',
    'wir bieten',
    'das bieten wir',
    'unser angebot',
    'was wir bieten',
    'was wir dir bieten',
    'benefits',
    'deine benefits',
    'deine vorteile',
    'ihre vorteile',
    'über uns',
    'kontakt',
    'bewerbung',
    'what you will do',
    'what youll do',
    'your role',
    'your tasks',
    'your responsibilities',
    'responsibilities',
    'tasks',
    'the role',
    'about the role',
    'about us',
    'about the company',
    'who we are',
    'what we offer',
    'we offer',
    'perks',
    'perks and benefits',
    'why join us',
    'how to apply',
    'compensation',
    'contact',
  ],
};

const headingKey = (text: string): string =>
  foldText(text)
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();

const KINDS = new Map<string, Section>(
  (Object.keys(HEADINGS) as Section[]).flatMap((kind) =>
    HEADINGS[kind].map((heading) => [headingKey(heading), kind] as const),
  ),
);
const LONGEST_HEADING = 60;
const BULLET = /^ ?(?:[*•·‣▪●○–—-]|\d{1,2}[.)])(?: |$)/u;

/** Takes a list's sign off a line. */
export const withoutBullet = (line: string): string => line.replace(BULLET, '').trim();

export const hasBullet = (line: string): boolean => BULLET.test(line);

/** Tells what comes below a line where the line is a heading; null where it is none. */
export function sectionOf(line: string): Section | null {
  if (line.length > LONGEST_HEADING || hasBullet(line)) return null;
  const key = headingKey(line);
  const known = KINDS.get(key);
  if (known) return known;
  // A short line that ends in a colon opens something of its own: `Das kannst du bei uns:`.
  return /:\s*$/.test(line) && key.split(' ').length <= 6 ? 'other' : null;
}
