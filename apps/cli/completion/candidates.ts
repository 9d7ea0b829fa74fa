import type { Argument, Command, Option } from 'commander';
import { argumentsOf, pathOf, shownCommands, shownOptions } from '../command-tree.js';

/** Something that may be typed next, and what it is. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** What a place in a command asks for the name of. */
export type NameKind =
  'flow' | 'operation' | 'deployment' | 'run' | 'task-run' | 'job' | 'application' | 'server';

/** Gives the names of a kind that the server knows; none where it does not answer in time. */
export type AskNames = (kind: NameKind) => Promise<readonly Candidate[]>;
/** Gives the options that a flow's parameters make. */
export type AskParameters = (flow: string) => Promise<readonly Candidate[]>;

export interface Sources {
  readonly names: AskNames;
  readonly parameters: AskParameters;
}

const KINDS: Readonly<Record<string, NameKind>> = {
  flow: 'flow',
  operation: 'operation',
  deployment: 'deployment',
  run: 'run',
  'flow-run': 'run',
  'task-run': 'task-run',
  job: 'job',
  application: 'application',
  profile: 'server',
};

/** Where commands take names of kinds that the word for the place does not tell. */
const BY_PLACE: Readonly<Record<string, NameKind>> = {
  'operation run name': 'operation',
  'server use name': 'server',
  'server rm name': 'server',
  'approvals show which': 'run',
  'approvals approve which': 'run',
  'approvals decline which': 'run',
};

/** What has been typed before the word in question, as the program would read it. */
interface Read {
  readonly command: Command;
  /** How many arguments of the command stand there. */
  readonly given: readonly string[];
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** After `--` nothing is an option any more. */
  readonly noMoreOptions: boolean;
}

/** Tells what may stand in the place of the last of `words`, which follow the program's name. */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  sources: Sources,
): Promise<Candidate[]> {
  const current = words.at(-1) ?? '';
  const { command, given, pending, noMoreOptions } = read(program, words.slice(0, -1));
  const fitting = (found: readonly Candidate[]): Candidate[] =>
    found.filter(({ value }) => value.startsWith(current));
  if (pending) return fitting(await valuesOf(command, pending, sources));
  if (current.startsWith('-') && !noMoreOptions) return optionsFor(command, given, current, sources);
  if (command.commands.length > 0 && given.length === 0) {
    const below = fitting(
      shownCommands(command).map((one) => ({ value: one.name(), about: one.description() })),
    );
    if (below.length > 0 || argumentsOf(command).length === 0) return below;
  }
  return fitting(await argumentValues(command, given, sources));
}

function read(program: Command, words: readonly string[]): Read {
  let command = program;
  let given: string[] = [];
  let pending: Option | undefined;
  let noMoreOptions = false;
  for (const word of words) {
    if (pending) {
      pending = undefined;
    } else if (noMoreOptions) {
      given.push(word);
    } else if (word === '--') {
      noMoreOptions = true;
    } else if (word.startsWith('-')) {
      pending = word.includes('=') ? undefined : takesValue(command, word);
    } else {
      const next = given.length === 0 ? named(command, word) : undefined;
      if (next) command = next;
      else given = [...given, word];
    }
  }
  return { command, given, pending, noMoreOptions };
}

const named = (command: Command, word: string): Command | undefined =>
  command.commands.find((one) => one.name() === word || one.aliases().includes(word));

function takesValue(command: Command, flag: string): Option | undefined {
  const option = shownOptions(command).find(({ short, long }) => flag === short || flag === long);
  return option && (option.required || option.optional) ? option : undefined;
}

async function optionsFor(
  command: Command,
  given: readonly string[],
  current: string,
  sources: Sources,
): Promise<Candidate[]> {
  const [flag, typed] = current.split('=', 2);
  if (typed !== undefined && flag !== undefined) {
    const option = takesValue(command, flag);
    const values = option ? await valuesOf(command, option, sources) : [];
    return values.flatMap(({ value, about }) =>
      value.startsWith(typed) ? [{ value: `${flag}=${value}`, about }] : [],
    );
  }
  const own = shownOptions(command).flatMap(({ long, short, description }) => {
    const value = long ?? short;
    return value === undefined ? [] : [{ value, about: description }];
  });
  const [flow] = given;
  const takesParameters = pathOf(command) === 'flow run' && flow !== undefined;
  const parameters = takesParameters ? await sources.parameters(flow) : [];
  return [...parameters, ...own].filter(({ value }) => value.startsWith(current));
}

async function valuesOf(command: Command, option: Option, { names }: Sources): Promise<readonly Candidate[]> {
  if (option.argChoices) return option.argChoices.map((value) => ({ value, about: '' }));
  const word = option.long?.replace(/^--/, '') ?? '';
  const kind = BY_PLACE[`${pathOf(command)} --${word}`] ?? KINDS[word];
  return kind === undefined ? [] : names(kind);
}

async function argumentValues(
  command: Command,
  given: readonly string[],
  { names }: Sources,
): Promise<readonly Candidate[]> {
  const known = argumentsOf(command);
  const argument: Argument | undefined =
    known[given.length] ?? (known.at(-1)?.variadic ? known.at(-1) : undefined);
  if (!argument) return [];
  if (argument.argChoices) return argument.argChoices.map((value) => ({ value, about: '' }));
  const kind = BY_PLACE[`${pathOf(command)} ${argument.name()}`] ?? KINDS[argument.name()];
  return kind === undefined ? [] : names(kind);
}
