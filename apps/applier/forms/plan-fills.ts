import type { FormField, FormObstacle, LeftFieldDto } from '#libs/contracts';
import { oneLine } from '../applications/sender.js';
import { countryNames } from './at-hand.js';
import type { AtHand } from './at-hand.js';
import { findForm, foreignHosts } from './find-form.js';
import type { FieldSeen, PageSeen } from './page-seen.js';
import type { Asked } from './recognise.js';

/** One control and what goes into it. */
export interface Fill {
  readonly key: number;
  readonly field: FormField;
  readonly label: string;
  /** For a person to read. */
  readonly shown: string;
  readonly required: boolean;
  readonly how:
    | { readonly kind: 'type'; readonly text: string }
    | { readonly kind: 'choose'; readonly value: string }
    /** Files by their SHA-256. */
    | { readonly kind: 'attach'; readonly sha256: readonly string[] };
}

export interface Plan {
  readonly fills: readonly Fill[];
  readonly left: readonly LeftFieldDto[];
  /** Null where there is something to fill. */
  readonly obstacle: FormObstacle | null;
  /** Other hosts whose frames are large enough to hold a form. */
  readonly frames: readonly string[];
}

/** They hold nothing that anybody fills in. */
const NO_FIELDS = new Set(['hidden', 'submit', 'button', 'reset', 'image', 'search']);
const MOST_LEFT = 100;

const shownLabel = ({ label, placeholder, name, id }: FieldSeen): string =>
  oneLine([label, placeholder, name, id].find((text) => text !== '') ?? '', 120) || 'a field without a name';

/**
 * Decides what goes into which control of a page, and what is left for the person. No box is ticked, nothing is cut to
 * fit, and what the page has filled in itself stays.
 */
export function planFills(page: PageSeen, hand: AtHand): Plan {
  const found = findForm(page);
  const frames = foreignHosts(page);
  if (found.obstacle !== null) return { fills: [], left: [], obstacle: found.obstacle, frames };
  const fills: Fill[] = [];
  const left: LeftFieldDto[] = [];
  const groups = new Set<string>();
  const attached = new Set<string>();
  for (const { field, asked } of found.fields) {
    if (NO_FIELDS.has(field.kind) || !field.open) continue;
    // What is hidden is a trap or not asked for now; inputs for files are hidden behind a button of the page.
    if (!field.visible && (field.kind !== 'file' || asked === null)) continue;
    const made = fillOf(field, asked, inLanguage(hand, page.language), attached);
    if (typeof made !== 'string') {
      if (made.how.kind === 'attach') made.how.sha256.forEach((sha256) => attached.add(sha256));
      fills.push(made);
      continue;
    }
    if (made === TWICE && !field.visible) continue;
    const label =
      field.kind === 'radio' && field.group !== '' ? oneLine(field.group, 120) : shownLabel(field);
    if (field.kind === 'radio' && groups.has(`${field.name} ${label}`)) continue;
    groups.add(`${field.name} ${label}`);
    left.push({ label, required: field.required, why: made });
  }
  if (page.captcha) left.push({ label: 'captcha', required: true, why: 'it is for a person to solve' });
  const obstacle = fills.length === 0 ? 'nothing-recognised' : null;
  return { fills, left: left.slice(0, MOST_LEFT), obstacle, frames };
}

const TWICE = 'the file is attached already';

/** Gives what goes into a control, or why nothing does. */
function fillOf(
  field: FieldSeen,
  asked: Asked | null,
  hand: AtHand,
  attached: ReadonlySet<string>,
): Fill | string {
  if (field.kind === 'checkbox' || field.kind === 'radio') return 'a choice that is yours';
  if (asked === null) return 'what it asks for could not be told';
  if (field.kind === 'file') return attachment(field, asked, hand, attached);
  const base = { key: field.key, label: shownLabel(field), required: field.required };
  if (asked === 'country' && field.kind === 'select') {
    const wanted = [hand.countryCode, ...countryNames(hand.countryCode)].map((text) => text.toLowerCase());
    const option = field.options.find(({ value, text }) =>
      [value, text].some((said) => said !== '' && wanted.includes(said.toLowerCase())),
    );
    if (!option)
      return hand.countryCode === ''
        ? 'the profile does not say'
        : 'it does not offer the country of the profile';
    return { ...base, field: asked, shown: option.text, how: { kind: 'choose', value: option.value } };
  }
  if (asked === 'documents') return 'what it asks for could not be told';
  const text = hand.texts[asked];
  if (text === undefined || text === '')
    return asked === 'letterText' ? 'there is no letter' : 'the profile does not say';
  // A dialling code that stands there is a beginning, anything else an answer.
  if (field.value !== '' && !(asked === 'phone' && /^\+?\d{1,4}$/.test(field.value)))
    return 'the page has filled it in itself';
  if (field.maxLength !== null && text.length > field.maxLength)
    return `it takes ${field.maxLength} characters, and there are ${text.length}`;
  const shown = asked === 'letterText' ? `the letter, ${text.length} characters` : oneLine(text);
  return { ...base, field: asked, shown, how: { kind: 'type', text } };
}

/** Names the country as a form in some language does. */
function inLanguage(hand: AtHand, language: string): AtHand {
  const [english, german] = countryNames(hand.countryCode);
  const country = /^de\b/i.test(language) ? german : english;
  return country === undefined ? hand : { ...hand, texts: { ...hand.texts, country } };
}

function attachment(
  field: FieldSeen,
  asked: Asked,
  { files }: AtHand,
  attached: ReadonlySet<string>,
): Fill | string {
  const wanted = files.filter(({ kind }) => (asked === 'documents' ? true : kind === asked));
  if (wanted.length === 0) return asked === 'letter' ? 'there is no letter' : 'there is no such file';
  const fresh = wanted.filter(({ sha256 }) => !attached.has(sha256));
  const taken = field.multiple ? fresh : fresh.slice(0, 1);
  const [first] = taken;
  if (!first) return TWICE;
  const refused = taken.find(({ mediaType, fileName }) => !accepts(field.accept, mediaType, fileName));
  if (refused) return `it takes ${field.accept}, and ${refused.fileName} is ${refused.mediaType}`;
  return {
    key: field.key,
    field: asked === 'letter' ? 'letter' : first.kind,
    label: shownLabel(field),
    required: field.required,
    shown: taken.map(({ fileName, bytes }) => `${fileName} (${bytes} bytes)`).join(', '),
    how: { kind: 'attach', sha256: taken.map(({ sha256 }) => sha256) },
  };
}

/** Reads `accept` as browsers do. Source: HTML Living Standard, file upload state. */
function accepts(accept: string, mediaType: string, fileName: string): boolean {
  const tokens = accept.split(',').map((token) => token.trim());
  if (accept === '') return true;
  const [type = ''] = mediaType.split(';');
  return tokens.some(
    (token) =>
      token === type ||
      token === '*/*' ||
      token === `${type.split('/')[0] ?? ''}/*` ||
      (token.startsWith('.') && fileName.toLowerCase().endsWith(token)),
  );
}
