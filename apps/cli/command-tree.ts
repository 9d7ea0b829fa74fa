import type { Argument, Command, Option } from 'commander';

/** Commands that mean the same whatever they look at, under the words that people try. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ls: 'list',
  list: 'ls',
  show: 'inspect',
  inspect: 'show',
  rm: 'delete',
};

/** Lets each command be called by the other usual word for it, where that is not taken by a neighbour. */
export function addOtherNames(command: Command): void {
  const taken = new Set(command.commands.flatMap((one) => [one.name(), ...one.aliases()]));
  for (const one of command.commands) {
    const other = OTHER_NAMES[one.name()];
    if (other !== undefined && !taken.has(other)) one.alias(other);
    addOtherNames(one);
  }
}

/** Gives the commands below one that people are told of; the help that stands below every group is not told again. */
export const shownCommands = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one): one is Command => one.parent !== null);

/** Gives the options of a command that people are told of, its own and those of every command. */
export function shownOptions(command: Command): readonly Option[] {
  const help = command.createHelp();
  help.showGlobalOptions = true;
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

export const argumentsOf = (command: Command): readonly Argument[] => command.registeredArguments;

/** Spells a command out as it is typed, without the program's name. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : '';
}
