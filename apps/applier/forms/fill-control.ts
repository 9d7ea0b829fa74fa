import type { Frame } from 'playwright-core';
import { MARK } from './look-at-page.js';
import type { Fill } from './plan-fills.js';
import { reasonOf } from './reason-of.js';

/** A file as it is put into a control; it is handed over from memory. */
export interface FormFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export type Taken =
  /** What the control holds now, for a person to read. */
  { readonly kind: 'taken'; readonly shown: string } | { readonly kind: 'not-taken'; readonly why: string };

const PATIENCE_MS = 10_000;
const letters = (text: string): string => text.replace(/\s+/g, '');

/** Puts something into a control, and looks whether the page has kept it. Never throws. */
export async function fillControl(
  frame: Frame,
  { key, how, shown }: Fill,
  file: (sha256: string) => Promise<FormFile>,
): Promise<Taken> {
  const control = frame.locator(`[${MARK}="${key}"]`);
  const options = { timeout: PATIENCE_MS };
  try {
    if (how.kind === 'attach') {
      await control.setInputFiles(await Promise.all(how.sha256.map(file)), options);
      return { kind: 'taken', shown };
    }
    const wanted = how.kind === 'choose' ? how.value : how.text;
    if (how.kind === 'choose') await control.selectOption(how.value, options);
    else await control.fill(how.text, options);
    const kept = await control.inputValue(options);
    if (kept === '') return { kind: 'not-taken', why: 'the page did not keep it' };
    if (letters(kept) === letters(wanted)) return { kind: 'taken', shown };
    return { kind: 'taken', shown: `${kept.slice(0, 200)} (as the page has written it)` };
  } catch (error) {
    return { kind: 'not-taken', why: `the page did not take it: ${reasonOf(error)}` };
  }
}
