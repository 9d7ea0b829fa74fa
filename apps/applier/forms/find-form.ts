import type { FormObstacle } from '#libs/contracts';
import type { FieldSeen, PageSeen } from './page-seen.js';
import { recognise } from './recognise.js';
import type { Asked } from './recognise.js';

export interface RecognisedField {
  readonly field: FieldSeen;
  readonly asked: Asked | null;
}

export type Found =
  | { readonly obstacle: null; readonly fields: readonly RecognisedField[] }
  | { readonly obstacle: FormObstacle };

const NOT_TO_APPLY =
  /newsletter|subscri|abonn|job-?(alert|abo)|search|such(e|formular)|log-?in|sign-?in|anmeld/i;
const WANTS_PROOF =
  /verify (that )?you are (a )?human|are you (a )?(human|robot)|just a moment|unusual traffic|sind sie ein mensch|kein roboter|ungewöhnlichen? (datenverkehr|aktivität)/i;
const WANTS_LOGIN =
  /(sign|log) ?in to (apply|continue)|(create|need) an account to apply|melden sie sich an|bitte (einloggen|anmelden)|anmelden,? um sich zu bewerben/i;

/** Papers and letters are asked for by nothing else. */
const TELLING: ReadonlySet<Asked> = new Set(['cv', 'letter', 'letterText', 'documents']);

/**
 * Finds the form of a page that an application goes into: the one that asks for most of what an application has. Where
 * there is none, tells what is there instead.
 */
export function findForm(page: PageSeen): Found {
  const recognised = page.fields.map((field) => ({ field, asked: recognise(field) }));
  const shown = recognised.filter(({ field }) => field.open && (field.visible || field.kind === 'file'));
  const withFrame = foreignHosts(page).length > 0;
  const best = [...new Set(shown.map(({ field }) => field.form))]
    .map((form) => ({ form, worth: worthOf(shown, form, page, withFrame) }))
    .sort((one, other) => other.worth - one.worth)
    .find(({ worth }) => worth > 0);
  if (best) return { obstacle: null, fields: recognised.filter(({ field }) => field.form === best.form) };
  return { obstacle: insteadOf(page, shown, withFrame) };
}

function worthOf(
  shown: readonly RecognisedField[],
  form: number,
  page: PageSeen,
  withFrame: boolean,
): number {
  const own = shown.filter(({ field }) => field.form === form);
  const asked = new Set(own.flatMap((each) => (each.asked === null ? [] : [each.asked])));
  if (own.some(({ field }) => field.kind === 'password')) return 0;
  const telling = [...asked].filter((each) => TELLING.has(each)).length;
  if (telling > 0) return asked.size + telling * 10;
  // Name and address alone are wanted by a newsletter too, all the more where the form lies in a frame.
  if (NOT_TO_APPLY.test(page.forms[form] ?? '') || withFrame) return 0;
  return asked.size >= 2 ? asked.size : 0;
}

function insteadOf(page: PageSeen, shown: readonly RecognisedField[], withFrame: boolean): FormObstacle {
  if (page.captcha || WANTS_PROOF.test(`${page.title} ${page.text.slice(0, 1_000)}`)) return 'captcha';
  if (shown.some(({ field }) => field.kind === 'password') || WANTS_LOGIN.test(page.text)) return 'login';
  if (withFrame) return 'foreign-frame';
  const askedFor = shown.filter(({ field }) => !NOT_TO_APPLY.test(page.forms[field.form] ?? ''));
  const typed = askedFor.filter(
    ({ field }) => !['search', 'submit', 'button', 'hidden', 'image'].includes(field.kind),
  );
  return typed.length > 1 ? 'nothing-recognised' : 'no-form';
}

/** Names the other hosts that have a frame in a page which is large enough to hold a form. */
export function foreignHosts({ url, frames }: Pick<PageSeen, 'url' | 'frames'>): string[] {
  const hosts = frames
    .filter((frame) => frame.large && /^https?:/i.test(frame.url) && URL.canParse(frame.url))
    .map((frame) => new URL(frame.url).host);
  return [...new Set(hosts)].filter((host) => host !== new URL(url).host);
}
