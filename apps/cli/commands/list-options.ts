import { type Command, InvalidArgumentError, Option } from 'commander';
import { closest } from '../parameters/closest.js';
import type { Page } from '../gateway/gateway-client.js';

const MOST = 10_000;

/** Adds `--limit` to a command that lists. */
export function limitOption(standard: number): Option {
  return new Option('--limit <n>', `how many at most (1 to ${MOST})`)
    .default(standard)
    .argParser((text) => wholeNumber(text, 1, MOST));
}

/** Adds `--sort` to a command that lists. */
export function sortOption(sorts: readonly string[]): Option {
  return new Option('--sort <field>', 'what to sort by; with - in front from the latest or largest').choices(
    sorts,
  );
}

/** Makes an option that takes any of a few values, one or several with commas between. */
export function anyOfOption(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, `${description}; several with commas between`).choices(values);
  return option.argParser((text) => {
    const given = text.split(',');
    const unknown = given.filter((one) => !values.includes(one));
    if (unknown.length === 0) return given;
    const meant = closest(unknown[0] ?? '', values);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    throw new InvalidArgumentError(`Allowed choices are ${values.join(', ')}.${hint}`);
  });
}

export function wholeNumber(text: string, least: number, most: number): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) {
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  }
  return value;
}

/** Collects an option that may be given several times. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Makes an option whose values, given one by one, stand in place of a list. */
export function replacing(flags: string, description: string): Option {
  const told = `${description}; may be repeated, and stands in place of those before`;
  return new Option(flags, told).argParser(repeated);
}

/** Says that there is more than the page shows. */
export function moreLine({ items, nextCursor }: Page<unknown>): string {
  return nextCursor === null ? '' : `\nThese are the first ${items.length}; --limit shows more.`;
}

/** Adds examples to a command's help. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  $ jobhunter ${line}`).join('\n')}`,
  );
}
