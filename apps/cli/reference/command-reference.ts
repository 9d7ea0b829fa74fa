import type { Command, Option } from 'commander';
import { argumentsOf, pathOf, shownCommands } from '../command-tree.js';

/** Describes every command of the program, for a guide: what it does, its arguments, options and examples. */
export function commandReference(program: Command): string {
  return [
    '### Options of every command',
    '',
    ...optionLines(program),
    '',
    ...shownCommands(program).flatMap((command) => sectionOf(command)),
  ]
    .join('\n')
    .trimEnd();
}

function sectionOf(command: Command): string[] {
  const below = shownCommands(command);
  const lines = [`### ${pathOf(command)}`, '', `${command.description()}.`, ''];
  if (below.length === 0) return [...lines, ...bodyOf(command)];
  return [
    ...lines,
    ...(argumentsOf(command).length > 0 ? bodyOf(command) : []),
    ...below.flatMap((one) => subsectionOf(one)),
  ];
}

function subsectionOf(command: Command): string[] {
  const below = shownCommands(command).flatMap((one) => subsectionOf(one));
  return [`#### ${pathOf(command)}`, '', `${command.description()}.`, '', ...bodyOf(command), ...below];
}

function bodyOf(command: Command): string[] {
  const others = command.aliases();
  const fields = [...argumentLines(command), ...optionLines(command)];
  return [
    '```',
    usageOf(command),
    '```',
    '',
    ...(others.length > 0 ? [`Also \`${others.join('`, `')}\`.`, ''] : []),
    ...(fields.length > 0 ? [...fields, ''] : []),
  ];
}

function usageOf(command: Command): string {
  const taken = argumentsOf(command).map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const options = ownOptions(command).length > 0 ? ['[options]'] : [];
  return ['jobhunter', pathOf(command), ...taken, ...options].join(' ');
}

const argumentLines = (command: Command): string[] =>
  argumentsOf(command).map((argument) => {
    const choices = argument.argChoices ? ` One of ${argument.argChoices.join(', ')}.` : '';
    return `- \`${argument.name()}\`: ${argument.description}.${choices}`;
  });

const ownOptions = (command: Command): readonly Option[] => command.options.filter(({ hidden }) => !hidden);

const optionLines = (command: Command): string[] =>
  ownOptions(command).map((option) => {
    const { flags, description, argChoices } = option;
    const defaultValue: unknown = option.defaultValue;
    const notes = [
      argChoices ? `one of ${argChoices.join(', ')}` : '',
      defaultValue === undefined
        ? ''
        : `default ${typeof defaultValue === 'string' ? defaultValue : JSON.stringify(defaultValue)}`,
    ].filter(Boolean);
    const about = [description, notes.length > 0 ? `(${notes.join('; ')})` : ''].filter(Boolean).join(' ');
    return `- \`${flags}\`${about === '' ? '' : `: ${about}`}`;
  });
