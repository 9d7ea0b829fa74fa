import type { PageSeen } from './page-seen.js';

interface Box {
  readonly width: number;
  readonly height: number;
  readonly right: number;
  readonly bottom: number;
}

/** As much of an element as is looked at. */
interface Seen {
  readonly tagName: string;
  readonly id: string;
  readonly labels?: ArrayLike<Seen> | null;
  readonly form?: Seen | null;
  readonly options?: ArrayLike<{ readonly value: string; readonly text: string }>;
  readonly shadowRoot: Root | null;
  readonly textContent: string | null;
  readonly innerText?: string;
  readonly parentElement: Seen | null;
  readonly previousElementSibling: Seen | null;
  readonly type?: string;
  readonly name?: string;
  readonly value?: string;
  readonly src?: string;
  readonly disabled?: boolean;
  readonly readOnly?: boolean;
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly maxLength?: number;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  getBoundingClientRect(): Box;
  getRootNode(): Root;
  checkVisibility?(options: object): boolean;
  closest(selector: string): Seen | null;
  cloneNode(deep: boolean): Seen & Root;
  remove(): void;
  querySelector(selector: string): Seen | null;
}

interface Root {
  querySelectorAll(selector: string): ArrayLike<Seen>;
  getElementById?(id: string): Seen | null;
}

declare const document: Root & {
  readonly title: string;
  readonly documentElement: Seen;
  readonly body: Seen | null;
};
declare const location: { readonly href: string };
declare const scrollX: number;
declare const scrollY: number;

/** By which the controls of a page are found again; what stands behind it is the key. */
export const MARK = 'data-jobhunter-field';

/**
 * Tells what a page shows. Runs in the page itself, where nothing outside of this function is known, and changes nothing
 * but that it marks each control with its key.
 */
export function lookAtPage(mark: string): PageSeen {
  const MOST_FIELDS = 300;
  const CAPTCHA =
    '.g-recaptcha, .h-captcha, .cf-turnstile, iframe[src*="captcha"], iframe[src*="challenges.cloudflare.com"], #challenge-form';
  const oneLine = (text: string | null | undefined, longest = 200): string =>
    (text ?? '').replace(/\s+/g, ' ').trim().slice(0, longest);

  const all = (selector: string): Seen[] => {
    const found: Seen[] = [];
    const roots: Root[] = [document];
    for (let root = roots.shift(); root; root = roots.shift()) {
      found.push(...Array.from(root.querySelectorAll(selector)));
      for (const element of Array.from(root.querySelectorAll('*')))
        if (element.shadowRoot) roots.push(element.shadowRoot);
    }
    return found;
  };

  const isVisible = (element: Seen, least = 2): boolean => {
    const { width, height, right, bottom } = element.getBoundingClientRect();
    const onPage = right + scrollX > 0 && bottom + scrollY > 0;
    const shown = element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
    return shown && onPage && width >= least && height >= least && !element.closest('[aria-hidden="true"]');
  };

  const ownText = (element: Seen | null | undefined): string => {
    if (!element) return '';
    const copy = element.cloneNode(true);
    const controls = copy.querySelectorAll('input, select, textarea, button, script, style, svg');
    for (const control of Array.from(controls)) control.remove();
    return oneLine(copy.textContent);
  };

  const referredTo = (element: Seen): string =>
    (element.getAttribute('aria-labelledby') ?? '')
      .split(/\s+/)
      .filter((id) => id !== '')
      .map((id) => ownText(element.getRootNode().getElementById?.(id)))
      .join(' ')
      .trim();

  /** What stands before a control that nothing names, in its own row. */
  const nearby = (element: Seen): string => {
    let at: Seen | null = element;
    for (let up = 0; at && up < 3; up += 1, at = at.parentElement) {
      const before = at.previousElementSibling;
      if (before) return before.querySelector('input, select, textarea') ? '' : ownText(before).slice(0, 100);
    }
    return '';
  };

  const labelOf = (element: Seen): string => {
    const labels = Array.from(element.labels ?? []).map(ownText);
    const named = [labels.filter((text) => text !== '').join(' '), referredTo(element)];
    const said = [element.getAttribute('aria-label'), element.getAttribute('title')].map((text) =>
      oneLine(text),
    );
    return (
      [...named, ...said, oneLine(element.getAttribute('placeholder')), nearby(element)].find(
        (text) => text !== '',
      ) ?? ''
    );
  };

  const forms = all('form');
  const formWords = forms.map((form) => {
    const said = ['id', 'name', 'class', 'action', 'aria-label', 'role'].map(
      (name) => form.getAttribute(name) ?? '',
    );
    const buttons = Array.from(
      (form as unknown as Root).querySelectorAll('button, input[type=submit], legend, h1, h2, h3'),
    );
    return oneLine(
      [...said, ...buttons.map((each) => each.textContent || (each.value ?? ''))].join(' '),
      600,
    );
  });

  const fields = all('input, textarea, select')
    .slice(0, MOST_FIELDS)
    .map((element, key) => {
      element.setAttribute(mark, String(key));
      const tag = element.tagName.toLowerCase();
      const { maxLength = -1 } = element;
      const label = labelOf(element);
      return {
        key,
        form: element.form ? forms.indexOf(element.form) : -1,
        kind: tag === 'input' ? (element.type ?? 'text') : tag,
        label,
        group: ownText(element.closest('fieldset')?.querySelector('legend')),
        placeholder: oneLine(element.getAttribute('placeholder')),
        name: oneLine(element.name),
        id: oneLine(element.id),
        autocomplete: oneLine(element.getAttribute('autocomplete')).toLowerCase(),
        required:
          element.required === true ||
          element.getAttribute('aria-required') === 'true' ||
          /\*\s*$/.test(label),
        visible: isVisible(element),
        open: element.disabled !== true && element.readOnly !== true,
        value: tag === 'input' && element.type === 'file' ? '' : oneLine(element.value),
        accept: oneLine(element.getAttribute('accept')).toLowerCase(),
        multiple: element.multiple === true,
        maxLength: maxLength > 0 ? maxLength : null,
        options: Array.from(element.options ?? [])
          .slice(0, 400)
          .map(({ value, text }) => ({ value, text: oneLine(text) })),
      };
    });

  return {
    url: location.href,
    title: oneLine(document.title),
    language: document.documentElement.getAttribute('lang') ?? '',
    text: (document.body?.innerText ?? '').slice(0, 4_000),
    fields,
    forms: formWords,
    frames: all('iframe').map((frame) => ({
      url: frame.src ?? '',
      large: isVisible(frame, 200),
    })),
    captcha: all(CAPTCHA).some((each) => isVisible(each, 40) && !each.closest('.grecaptcha-badge')),
  };
}
