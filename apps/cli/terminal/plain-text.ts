import { stripVTControlCharacters } from 'node:util';

/** Controls, and the marks that turn a line's direction round. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Takes out of a text from elsewhere what could steer the terminal, and puts it on one line. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim();
}

/** The same for text whose lines count. */
export function safeLines(text: string): string {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .map((line) => line.replace(UNPRINTABLE, ' ').trimEnd())
    .join('\n');
}
