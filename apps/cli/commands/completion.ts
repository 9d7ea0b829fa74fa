import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.js';
import type { Session } from '../session.js';
import { examples } from './list-options.js';

export function addCompletionCommand(program: Command, session: Session): void {
  examples(
    program
      .command('completion')
      .description(
        'Print what a shell needs to complete commands, options, and the names that the server knows',
      )
      .addArgument(new Argument('<shell>', 'which shell').choices([...SHELLS]))
      .action((shell: Shell) => session.terminal.print(completionScript(shell).trimEnd())),
    'completion bash >> ~/.bashrc',
    'completion zsh > "${fpath[1]}/_jobhunter"',
    'completion fish > ~/.config/fish/completions/jobhunter.fish',
  );
}
