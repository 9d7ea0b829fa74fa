import type { FormField } from '#libs/contracts';
import type { FieldSeen } from './page-seen.js';

/** What a control asks for; `documents` is any papers at all, in one control. */
export type Asked = FormField | 'documents';

/** Source: HTML Living Standard, autofill field names. */
const AUTOFILL: Readonly<Record<string, FormField>> = {
  name: 'name',
  'given-name': 'firstName',
  'family-name': 'lastName',
  email: 'email',
  tel: 'phone',
  'street-address': 'street',
  'address-line1': 'street',
  'postal-code': 'postalCode',
  'address-level2': 'city',
  country: 'country',
  'country-name': 'country',
};

/** Words that tell that somebody or something else is asked for than the person who applies. */
const OF_OTHERS =
  /\b(company|employer|firma|arbeitgeber|unternehmen|school|schule|university|universität|hochschule|reference|referenz|referr\w*|referral|empfehl\w*|empfohlen\w*|friend|freund\w*|manager|vorgesetzt\w*|emergency|notfall\w*|contact person|ansprechpartner\w*|user ?name|benutzername|newsletter|file ?name|dateiname|birth\w*|geburt\w*|maiden|former|fax|middle|zweiter|coupon|code word)\b/;
/** A trap for programs says so, now and then. */
const TRAP =
  /\b(leave (this|it)? ?(field )?(blank|empty)|do not fill|nicht ausfüllen|frei ?lassen|honey ?pot)\b/;

/** Whole labels, in words of lower case. */
const LABELS: readonly (readonly [FormField, RegExp])[] = [
  ['firstName', /^(your |ihr |dein |applicant )?((first|given|fore) ?names?|(vor|ruf)namen?)$/],
  ['lastName', /^(your |ihr |dein |applicant )?((last|family|sur) ?names?|(nach|familien|zu)namen?)$/],
  [
    'name',
    /^(your |ihr |dein |applicant |candidate )?(full |complete |legal |vollständiger |ganzer )?name$|^(vor|first|given) ?(name)? ((und|and|u) )?(nach|last|family|zu) ?namen?$|^(vorname|name) (und )?(vorname|name)$/,
  ],
  [
    'email',
    /^(your |ihre |deine |contact )?e ?mail( ?(address|adresse|id))?( (again|confirm\w*|repeat|bestätig\w*|wiederhol\w*))?$|^(confirm|repeat|re enter) (your )?e ?mail( address)?$/,
  ],
  [
    'phone',
    /^(your |ihre |deine |contact )?(tel|(tele)?phone|mobile|cell|handy|telefon|mobil|mobilfunk)( ?(phone|number|no|nummer))?( (number|nummer|mobile|mobil|handy))?$|^(ruf|kontakt)nummer$/,
  ],
  [
    'street',
    /^(street|straße|strasse|address line 1|anschrift|adresse|address)( (address|and number|and house number|und hausnummer|hausnummer|nr|und nr|hausnr))?$/,
  ],
  ['postalCode', /^(postal|post|zip|zip postal) ?codes?$|^zip$|^plz$|^postleitzahl$/],
  ['city', /^(your |ihr )?(city|town|stadt|ort|wohnort|city town|current city|location city)$/],
  ['country', /^(your |ihr )?(country|land|country of residence|wohnsitzland)$/],
  ['linkedin', /\blinked ?in\b/],
  ['xing', /\bxing\b/],
  ['github', /\bgit ?hub\b/],
  [
    'website',
    /^(your |ihre |personal |persönliche )*(website|homepage|portfolio|web ?seite|blog)( (url|link|or portfolio|oder portfolio|address|adresse))*$/,
  ],
];

const LETTER =
  /\b((cover|motivation(al)?|application) ?letter|(begleit|motivations|bewerbungs)schreiben|anschreiben)\b/;
const CV = /\b(cv|resumes?|résumés?|lebenslauf|lebensläufe|curriculum( vitae)?|vita)\b/;
const PAPERS =
  /\b(bewerbungsunterlagen|bewerbungsmappe|unterlagen|application documents?|your documents|documents|dokumente|attachments?|anhänge|anhang|dateien|files?|datei)\b/;
const OTHER_PAPERS =
  /\b(zeugnis\w*|certificates?|transcripts?|photo|foto|bild|picture|portfolio|work samples?|arbeitsproben?|passport|ausweis)\b/;
const MESSAGE =
  /^(your |ihre |deine )?(message|nachricht|mitteilung|bewerbungstext)( (an uns|to us|to the hiring (team|manager)))?$/;

/** Names of controls that mean the same whatever the label says, in whatever language. */
const PLAIN: ReadonlySet<FormField> = new Set([
  'firstName',
  'lastName',
  'email',
  'phone',
  'linkedin',
  'github',
  'xing',
]);

const TYPED = new Set(['text', 'email', 'tel', 'url', 'textarea']);

/** Words of lower case with single spaces; what says that a field must be filled is left out. */
function wordsOf(text: string): string {
  return text
    .replace(/([a-zäöüß])([A-Z])/g, '$1 $2')
    .toLocaleLowerCase('de')
    .replace(
      /\((required|optional|pflichtfeld|erforderlich|freiwillig)\)|\b(required|optional|pflichtfeld)\b/g,
      ' ',
    )
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Tells what a control asks for; null where that cannot be told. A tick is never what can be told. */
export function recognise(field: FieldSeen): Asked | null {
  const { kind, autocomplete } = field;
  const said = [field.label, field.placeholder].map(wordsOf).filter((text) => text !== '');
  const named = [field.name, field.id].map(nameOf).filter((text) => text !== '');
  const every = [...said, wordsOf(field.group), ...named].join(' | ');
  if (TRAP.test(every)) return null;
  if (kind === 'file') return papersIn(said, named);
  if (kind === 'select') return inSelect([...said, ...named], autocomplete);
  if (!TYPED.has(kind)) return null;
  if (kind === 'textarea') return inTextArea(said, named);
  const autofill = AUTOFILL[autocomplete.split(/\s+/).at(-1) ?? ''];
  if (autofill) return autofill;
  if (OF_OTHERS.test([...said, wordsOf(field.group), ...named].join(' | '))) return null;
  const found = byLabel(said) ?? byLabel(named);
  // Beside a label that says something else, only a name that can mean one thing counts.
  if (found !== null && (said.length === 0 || PLAIN.has(found) || byLabel(said) === found)) return found;
  if (kind === 'email') return 'email';
  return kind === 'tel' ? 'phone' : null;
}

function byLabel(texts: readonly string[]): FormField | null {
  for (const text of texts) {
    const found = LABELS.find(([, label]) => label.test(text));
    if (found) return found[0];
  }
  return null;
}

/** `user[first_name]`, `applicant.email` and the like, by what stands last. */
const nameOf = (name: string): string =>
  wordsOf((/[^[\].]+(?=\]?$)/.exec(name)?.[0] ?? name).replace(/[_-]+/g, ' '));

function papersIn(said: readonly string[], named: readonly string[]): Asked | null {
  for (const text of [...said, ...named]) {
    const [cv, letter] = [CV.test(text), LETTER.test(text)];
    if (cv && letter) return 'documents';
    if (cv) return 'cv';
    if (letter) return 'letter';
    if (OTHER_PAPERS.test(text)) return null;
    if (PAPERS.test(text)) return 'documents';
  }
  return null;
}

function inTextArea(said: readonly string[], named: readonly string[]): Asked | null {
  if (said.some((text) => OF_OTHERS.test(text))) return null;
  const asksForLetter = (text: string): boolean => LETTER.test(text) || MESSAGE.test(text);
  // A question that happens to name a letter is answered by the person.
  const whole = said.filter((text) => text.split(' ').length <= 6);
  if (whole.some(asksForLetter)) return 'letterText';
  return said.length === 0 && named.some(asksForLetter) ? 'letterText' : null;
}

function inSelect(texts: readonly string[], autocomplete: string): Asked | null {
  if (AUTOFILL[autocomplete.split(/\s+/).at(-1) ?? ''] === 'country') return 'country';
  const country = LABELS.find(([field]) => field === 'country')?.[1];
  return texts.some((text) => country?.test(text)) ? 'country' : null;
}
