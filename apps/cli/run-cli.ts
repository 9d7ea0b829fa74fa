import { CommanderError } from 'commander';
import { complete } from './completion/complete.js';
import { COMPLETE } from './completion/scripts.js';
import { createProgram } from './program.js';
import { Session, type Surroundings } from './session.js';
import { CliError, sentenceOf } from './terminal/cli-error.js';
import { ExitCode } from './terminal/exit-code.js';
import type { Terminal } from './terminal/terminal.js';

/**
 * Runs one command of the program. `args` is what follows the program's name. Resolves with the exit code and
 * never rejects: what goes wrong is told on standard error.
 */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings = {},
): Promise<ExitCode> {
  const session = new Session(terminal, surroundings);
  try {
    const program = createProgram(session);
    if (args[0] === COMPLETE) {
      await complete(session, program, args.slice(1));
      return ExitCode.ok;
    }
    await program.parseAsync([...args], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    terminal.note(`${terminal.style('red', 'error:')} ${sentenceOf(error)}`);
    if (error instanceof CliError) {
      if (error.hint !== undefined) terminal.note(terminal.style('dim', error.hint));
      return error.exitCode;
    }
    // Known errors of the parts name their kind by a code; the rest are faults of the program, so show where.
    const { code, stack } = error as { code?: unknown; stack?: string };
    if (typeof code !== 'string' && stack !== undefined) terminal.note(terminal.style('dim', stack));
    return ExitCode.failed;
  }
}

// Commander has told it already. Help that was asked for is no mistake; help in place of a command is.
function exitCodeOf({ code, exitCode }: CommanderError): ExitCode {
  if (exitCode === 0) return ExitCode.ok;
  return code === 'commander.executeSubCommandAsync' ? ExitCode.failed : ExitCode.usage;
}
