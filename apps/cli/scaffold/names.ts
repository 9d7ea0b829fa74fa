import { UsageError } from '../terminal/cli-error.js';

/** One name in all the ways in which code writes it. */
export interface Names {
  /** As it is stored: `count_words`. */
  readonly snake: string;
  /** Of files: `count-words`. */
  readonly kebab: string;
  /** Of values: `countWords`. */
  readonly camel: string;
  /** Of classes and contracts: `CountWords`. */
  readonly pascal: string;
  /** Of lists: `COUNT_WORDS`. */
  readonly upper: string;
  /** For people: `count words`. */
  readonly words: string;
}

const NAME = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/;
const LONGEST = 64;
const RESERVED = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** Reads the name of what is to be made. Throws UsageError where it cannot stand in code and on the log. */
export function namesOf(text: string, what: string): Names {
  if (!NAME.test(text) || text.length > LONGEST)
    throw new UsageError(
      `${what} ${JSON.stringify(text)}: expected words of lower case letters and digits with _ between, such as count_words, ${LONGEST} characters at most`,
    );
  if (RESERVED.has(text)) throw new UsageError(`${what} ${text}: the name is a word of TypeScript`);
  const parts = text.split(/[_-]/);
  const pascal = parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
  return {
    snake: parts.join('_'),
    kebab: parts.join('-'),
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    upper: parts.join('_').toUpperCase(),
    words: parts.join(' '),
  };
}
