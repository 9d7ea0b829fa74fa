import { type Command, Option } from 'commander';
import { shownCommands } from '../command-tree.js';
import { closest } from '../parameters/closest.js';
import { UsageError } from '../terminal/cli-error.js';

/** Adds `help`, in place of the one that knows one command only. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('Show the help of a command, or of all of them')
    .argument('[command...]', 'words of the command, such as `flow run`')
    .addOption(new Option('--all', 'of every command'))
    .helpOption(false)
    .action((words: string[], { all }: { all?: true }) => {
      const asked = find(program, words);
      if (!all) return asked.outputHelp();
      for (const command of withAllBelow(asked)) command.outputHelp();
    });
}

const withAllBelow = (command: Command): Command[] => [
  command,
  ...shownCommands(command)
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => withAllBelow(one)),
];

function find(program: Command, words: readonly string[]): Command {
  return words.reduce((command, word) => {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next) return next;
    const names = shownCommands(command).flatMap((one) => [one.name(), ...one.aliases()]);
    const meant = closest(word, names);
    throw new UsageError(
      `there is no command ${JSON.stringify(words.join(' '))}`,
      meant === undefined ? `there is ${names.join(', ')}` : `did you mean ${meant}?`,
    );
  }, program);
}
