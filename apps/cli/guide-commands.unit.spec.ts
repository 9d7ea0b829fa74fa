import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { expect, it } from '@jest/globals';
import { createProgram } from './program.js';
import { Session } from './session.js';
import { captureTerminal } from './testing/captured-terminal.js';

const GUIDES = ['coming-from-prefect.md', 'first-flow.md', 'library.md', 'triggers.md', 'troubleshooting.md'];

/** What stands behind `jobhunter` in the code of a page. */
function commandsOf(page: string): string[][] {
  const text = readFileSync(path.join('docs', 'guides', page), 'utf8');
  return [...text.matchAll(/(?:`|^ {4})jobhunter ([^`\n]+)/gm)].map(([, words = '']) =>
    words.trim().split(/\s+/),
  );
}

/** The command that words lead to, and the words that are left over. */
function follow(program: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  const [word, ...rest] = words;
  const next = program.commands.find((one) => one.name() === word || one.aliases().includes(word ?? ''));
  return next ? follow(next, rest) : { command: program, rest: words };
}

const optionsOf = (command: Command | null): string[] =>
  command
    ? [...command.options.flatMap(({ long, short }) => [long, short]), ...optionsOf(command.parent)].filter(
        (name) => name !== undefined && name !== null,
      )
    : [];

it.each(GUIDES.flatMap((page) => commandsOf(page).map((words) => [page, words.join(' '), words] as const)))(
  '%s names a command that there is: jobhunter %s',
  (_page, _text, words) => {
    const program = createProgram(new Session(captureTerminal()));
    const { command, rest } = follow(program, words);
    // What is left are values and options; a word where only commands may stand is a slip.
    const isGroup = command.commands.length > 0 && command.registeredArguments.length === 0;
    expect(rest.filter((word) => !word.startsWith('-') && isGroup)).toEqual([]);
    const options = rest.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]!);
    const known = [...optionsOf(command), '--help', '--version'];
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  },
);
